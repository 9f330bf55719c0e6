import { memo, useEffect, useRef, useState } from 'react';
import { handleKey } from '../../actions/action';
import { GRID_MAP_ACTIONS } from '../../actions/chartActions';
import { range } from '../../shared/range';
import { type Grid, type GridColours, gridPixels } from './grid';

interface Props {
	grid: Grid;
	colours: GridColours;
	/** Width on the page, CSS pixels. */
	width: number;
	/** Accessible name, without what is at the chosen cell. */
	label: string;
	/** A cell with its number, in words. */
	cellText(row: number, column: number): string;
	/** Numbers under the columns, with their places. */
	ticks: readonly { column: number; text: string }[];
	/** Told of the chosen cell, as text; null without one. */
	onRead(text: string | null): void;
}

/** Width of the layers' numbers, CSS pixels. */
const NUMBERS = 46;
/** Height of a row, and the most that all rows together take. */
const ROW = { most: 22, least: 6, all: 190 };

/** Layers (rows) by positions or steps (columns). The pointer or the arrow keys choose a cell, whose number is read out. */
export function GridMap({ grid, colours, width, label, cellText, ticks, onRead }: Props) {
	const [cell, setCell] = useState<{ row: number; column: number } | null>(null);
	const { rows, columns } = grid;
	const room = Math.max(40, width - NUMBERS - 8);
	const pitch = Math.min(ROW.most, Math.max(ROW.least, Math.floor(ROW.all / rows)));
	const unit = room / columns;
	const choose = (next: { row: number; column: number } | null) => {
		const within = next && {
			row: Math.min(rows - 1, Math.max(0, next.row)),
			column: Math.min(columns - 1, Math.max(0, next.column)),
		};
		setCell(within);
		onRead(within && cellText(within.row, within.column));
	};
	const point = ({ clientX, clientY, currentTarget }: React.PointerEvent) => {
		const rect = currentTarget.getBoundingClientRect();
		choose({ row: Math.floor((clientY - rect.top) / pitch), column: Math.floor((clientX - rect.left) / unit) });
	};
	const move = (rows: number, columns: number) =>
		choose(cell ? { row: cell.row + rows, column: cell.column + columns } : { row: 0, column: 0 });
	const at = cell && cell.row < rows && cell.column < columns ? cell : null;
	return (
		<div className="grid-map" style={{ paddingLeft: NUMBERS }}>
			<div
				role="application"
				// biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the cell, as the role announces
				tabIndex={0}
				className="grid-cells"
				style={{ width: room, height: rows * pitch }}
				aria-label={`${label}${at ? `, ${cellText(at.row, at.column)}` : ''}. Arrow keys move.`}
				onKeyDown={(event) => handleKey(GRID_MAP_ACTIONS, { move }, event)}
				onBlur={() => choose(null)}
				onPointerMove={point}
				onPointerDown={point}
				onPointerLeave={(event) => event.pointerType !== 'touch' && choose(null)}
			>
				<Cells grid={grid} colours={colours} width={room} height={rows * pitch} />
				{at && (
					<span className="grid-at" style={{ left: at.column * unit, top: at.row * pitch, width: Math.max(2, unit), height: pitch }} />
				)}
				{range(rows)
					.filter((row) => pitch >= 12 || row % 4 === 0)
					.map((row) => (
						<span key={row} className="label grid-layer" style={{ top: (row + 0.5) * pitch, right: room + 5 }} aria-hidden="true">
							{row === 0 ? 'layer 1' : row + 1}
						</span>
					))}
			</div>
			<div className="grid-ticks" aria-hidden="true" style={{ width: room }}>
				{ticks.map(({ column, text }) => (
					<span key={column} className="label" style={{ left: (column + 0.5) * unit }}>
						{text}
					</span>
				))}
			</div>
		</div>
	);
}

/** One pixel per cell, or fewer across if there are more columns than pixels; the page enlarges them without smoothing. */
const Cells = memo(function Cells({ grid, colours, width, height }: { grid: Grid; colours: GridColours; width: number; height: number }) {
	const ref = useRef<HTMLCanvasElement>(null);
	useEffect(() => {
		const canvas = ref.current;
		const context = canvas?.getContext('2d');
		if (!canvas || !context) return;
		const across = Math.max(1, Math.min(grid.columns, Math.round(width * devicePixelRatio)));
		canvas.width = across;
		canvas.height = grid.rows;
		const image = context.createImageData(across, grid.rows);
		new Uint32Array(image.data.buffer).set(gridPixels(grid, across, colours));
		context.putImageData(image, 0, 0);
	}, [grid, colours, width]);
	return <canvas ref={ref} width={1} height={1} className="map" style={{ width, height }} />;
});
