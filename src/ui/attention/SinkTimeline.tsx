import { memo, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { formatCount, formatShare } from '../shared/format';
import { colourTable, type Shade } from '../theme/attentionScale';
import { cancelPaint, paintSoon } from './paint';
import { indexAt } from './timeline';

interface Props {
	run: RunView;
	name: string;
	/** What is open: outlined. */
	layer: number;
	head: number;
	step: number | null;
	/** Width on the page, CSS pixels. */
	width: number;
	shade: Shade;
	onOpen(layer: number, head: number, step: number): void;
}

/** Rows share this height where they can, CSS pixels. */
const HEIGHT = 132;
const NUMBERS = 34;

/** Sink rate by layer, head and recorded step: where a sink comes up, and when. Enter or a click opens the map there. */
export const SinkTimeline = memo(function SinkTimeline({ run, name, layer, head, step, width, shade, onOpen }: Props) {
	const [cell, setCell] = useState<{ row: number; column: number } | null>(null);
	const { frames } = run;
	const columns = frames.steps.length;
	const { layers, heads } = run.info.experiment;
	const rows = layers * heads;
	const rates = useMemo(() => frames.steps.map((_, index) => frames.sinkRates(index)), [frames]);
	const none = useMemo(() => rates.every((list) => list.every((rate) => rate === 0)), [rates]);
	const room = Math.max(40, width - NUMBERS);
	const rowHeight = Math.max(3, Math.min(14, Math.floor(HEIGHT / rows)));
	const unit = room / Math.max(1, columns);
	const open = { row: layer * heads + head, column: step === null ? columns - 1 : indexAt(frames.steps, step) };
	const at = cell && cell.row < rows && cell.column < columns ? cell : null;
	const place = at ?? open;

	const press = (event: React.KeyboardEvent) => {
		const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -columns], End: [0, columns] }[
			event.key
		];
		if (event.key === 'Enter') onOpen(Math.floor(place.row / heads), place.row % heads, frames.steps[place.column]);
		else if (move)
			setCell({
				row: Math.min(rows - 1, Math.max(0, place.row + move[0])),
				column: Math.min(columns - 1, Math.max(0, place.column + move[1])),
			});
		else return;
		event.preventDefault();
	};
	const pointed = (event: React.MouseEvent) => {
		const rect = event.currentTarget.getBoundingClientRect();
		return {
			row: Math.min(rows - 1, Math.max(0, Math.floor((event.clientY - rect.top) / rowHeight))),
			column: Math.min(columns - 1, Math.max(0, Math.floor((event.clientX - rect.left) / unit))),
		};
	};
	if (columns === 0) return <p className="empty">{name}: no probe is recorded yet.</p>;
	const words = `layer ${Math.floor(place.row / heads) + 1}, head ${(place.row % heads) + 1}, step ${formatCount(frames.steps[place.column])}: sink rate ${formatShare(rates[place.column][place.row])}`;
	return (
		<figure className="sink-timeline" style={{ width }}>
			<figcaption>
				{name} <span className="label">{none ? 'no sink yet' : words}</span>
			</figcaption>
			<div
				role="application"
				// biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the cell, as the role announces
				tabIndex={0}
				className="sink-cells"
				style={{ marginLeft: NUMBERS, width: room, height: rows * rowHeight }}
				aria-label={`Sink rate of ${name} by layer, head and step: ${none ? 'no sink yet; ' : ''}${words}. Arrow keys move, Enter opens the map there.`}
				onKeyDown={press}
				onBlur={() => setCell(null)}
				onPointerMove={(event) => setCell(pointed(event))}
				onPointerLeave={() => setCell(null)}
				onClick={(event) => {
					const { row, column } = pointed(event);
					onOpen(Math.floor(row / heads), row % heads, frames.steps[column]);
				}}
			>
				<RateCanvas rates={rates} rows={rows} width={room} height={rows * rowHeight} shade={shade} />
				{open.column >= 0 && (
					<span
						className="sink-open"
						style={{ left: open.column * unit, top: open.row * rowHeight, width: Math.max(3, unit), height: rowHeight }}
					/>
				)}
				{at && (
					<span
						className="sink-at"
						style={{ left: at.column * unit, top: at.row * rowHeight, width: Math.max(3, unit), height: rowHeight }}
					/>
				)}
				{Array.from({ length: layers }, (_, i) => i * heads * rowHeight).map((top, i) =>
					layers * 12 <= rows * rowHeight || i % 4 === 0 ? (
						<span key={top} className="label sink-layer" style={{ top, right: room + 4 }} aria-hidden="true">
							{i === 0 ? `layer ${i + 1}` : i + 1}
						</span>
					) : null,
				)}
			</div>
		</figure>
	);
});

interface CanvasProps {
	/** By recorded step: [layers · heads]. */
	rates: readonly Float32Array[];
	rows: number;
	width: number;
	height: number;
	shade: Shade;
}

/** A pixel a row; where there are more steps than pixels, a pixel shows the largest of its steps. */
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
