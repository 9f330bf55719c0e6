import { memo, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { handleKey } from '../actions/action';
import { SINK_TIMELINE_ACTIONS, type SinkTimelineContext } from '../actions/attentionActions';
import { formatCount, formatShare, plural } from '../shared/format';
import type { Size } from '../shared/hooks';
import { range } from '../shared/range';
import { colourTable, type Shade } from '../theme/attentionScale';
import { cancelPaint, paintSoon } from './paint';
import { indexAt } from './timeline';

interface Props {
	run: RunView;
	name: string;
	/** The open map and step, outlined. */
	layer: number;
	head: number;
	step: number | null;
	/** Width on the page, CSS pixels. */
	width: number;
	shade: Shade;
	onOpen(layer: number, head: number, step: number): void;
}

/** Height of all rows if it is enough, CSS pixels, and width of the layers' numbers. */
const HEIGHT = 132;
const NUMBERS = 34;

interface Cell {
	/** Layer · heads + head. */
	row: number;
	/** Place among the recorded steps. */
	column: number;
}

/** Sink rate by layer, head and recorded step: when and where a sink forms. Enter or a click opens the map there. */
export default memo(function SinkTimeline({ run, name, layer, head, step, width, shade, onOpen }: Props) {
	const [pointed, setPointed] = useState<Cell | null>(null);
	const { steps } = run.frames;
	const { layers, heads } = run.info.experiment;
	const [rows, columns] = [layers * heads, steps.length];
	const rates = useMemo(() => run.frames.steps.map((_, index) => run.frames.sinkRates(index)), [run.frames]);
	const none = useMemo(() => rates.every((list) => list.every((rate) => rate === 0)), [rates]);
	if (columns === 0) return <p className="empty">{name}: no probe is recorded yet.</p>;

	const room = Math.max(40, width - NUMBERS);
	const cellSize = { width: room / columns, height: Math.max(3, Math.min(14, Math.floor(HEIGHT / rows))) };
	const height = rows * cellSize.height;
	const open = { row: layer * heads + head, column: step === null ? columns - 1 : indexAt(steps, step) };
	const at = pointed && pointed.row < rows && pointed.column < columns ? pointed : null;
	const { row, column } = at ?? open;
	const noSink = run.finished ? `no sink in ${plural(run.step, 'step')}` : 'no sink yet';
	const text = `layer ${Math.floor(row / heads) + 1}, head ${(row % heads) + 1}, step ${formatCount(steps[column])}: sink rate ${formatShare(rates[column][row])}`;
	const within = (cell: Cell): Cell => ({
		row: Math.min(rows - 1, Math.max(0, cell.row)),
		column: Math.min(columns - 1, Math.max(0, cell.column)),
	});
	const cellAt = ({ clientX, clientY, currentTarget }: React.MouseEvent): Cell => {
		const rect = currentTarget.getBoundingClientRect();
		return within({ row: Math.floor((clientY - rect.top) / cellSize.height), column: Math.floor((clientX - rect.left) / cellSize.width) });
	};
	const openMap = (cell: Cell) => onOpen(Math.floor(cell.row / heads), cell.row % heads, steps[cell.column]);
	const press = (event: React.KeyboardEvent) => {
		const context: SinkTimelineContext = {
			move: (down, right) => setPointed(within({ row: row + down, column: column + right })),
			open: () => openMap({ row, column }),
		};
		handleKey(SINK_TIMELINE_ACTIONS, context, event);
	};
	return (
		<figure className="sink-timeline" style={{ width }}>
			<figcaption>
				{name} <span className="label">{none ? noSink : text}</span>
			</figcaption>
			<div
				role="application"
				// biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the cell, as the role announces
				tabIndex={0}
				className="sink-cells"
				style={{ marginLeft: NUMBERS, width: room, height }}
				aria-label={`Sink rate of ${name} by layer, head and step: ${none ? `${noSink}; ` : ''}${text}. Arrow keys move, Enter opens the map there.`}
				onKeyDown={press}
				onBlur={() => setPointed(null)}
				onPointerMove={(event) => setPointed(cellAt(event))}
				onPointerLeave={() => setPointed(null)}
				onClick={(event) => openMap(cellAt(event))}
			>
				<RateCanvas rates={rates} rows={rows} width={room} height={height} shade={shade} />
				{open.column >= 0 && <Outline className="sink-open" cell={open} size={cellSize} />}
				{at && <Outline className="sink-at" cell={at} size={cellSize} />}
				<LayerNumbers layers={layers} pitch={heads * cellSize.height} right={room + 4} />
			</div>
		</figure>
	);
});

function Outline({ className, cell, size }: { className: string; cell: Cell; size: Size }) {
	return (
		<span
			className={className}
			style={{ left: cell.column * size.width, top: cell.row * size.height, width: Math.max(3, size.width), height: size.height }}
		/>
	);
}

/** Numbers of the layers, `pitch` pixels apart; every fourth if they would overlap. */
function LayerNumbers({ layers, pitch, right }: { layers: number; pitch: number; right: number }) {
	return range(layers)
		.filter((i) => pitch >= 12 || i % 4 === 0)
		.map((i) => (
			<span key={i} className="label sink-layer" style={{ top: i * pitch, right }} aria-hidden="true">
				{i === 0 ? `layer ${i + 1}` : i + 1}
			</span>
		));
}

interface CanvasProps {
	/** By recorded step: [layers · heads]. */
	rates: readonly Float32Array[];
	rows: number;
	width: number;
	height: number;
	shade: Shade;
}

/** One pixel per row. If there are more steps than pixels, a pixel shows the largest rate of its steps. */
const RateCanvas = memo(function RateCanvas({ rates, rows, width, height, shade }: CanvasProps) {
	const ref = useRef<HTMLCanvasElement>(null);
	const id = useId();
	useEffect(() => {
		paintSoon(id, () => {
			const canvas = ref.current;
			const context = canvas?.getContext('2d');
			if (!canvas || !context) return;
			const across = Math.min(rates.length, Math.max(1, Math.round(width)));
			canvas.width = across;
			canvas.height = rows;
			const image = context.createImageData(across, rows);
			const words = new Uint32Array(image.data.buffer);
			const colours = colourTable('linear', shade);
			for (let x = 0; x < across; x++) {
				const end = Math.max(Math.floor(((x + 1) * rates.length) / across), Math.floor((x * rates.length) / across) + 1);
				for (let row = 0; row < rows; row++) {
					let rate = 0;
					for (let i = Math.floor((x * rates.length) / across); i < end; i++) rate = Math.max(rate, rates[i][row] ?? 0);
					words[row * across + x] = colours[Math.round(rate * (colours.length - 1))];
				}
			}
			context.putImageData(image, 0, 0);
		});
	}, [id, rates, rows, width, shade]);
	useEffect(() => () => cancelPaint(id), [id]);
	return <canvas ref={ref} width={1} height={1} className="map" style={{ width, height }} />;
});
