import { useMemo, useState } from 'react';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { measureText } from '../../measures/measureText';
import { FigureMenu } from '../../shared/figures/FigureMenu';
import { formatCount } from '../../shared/format';
import { useSize } from '../../shared/hooks';
import { useSame } from '../../shared/useSame';
import type { Shade } from '../../theme/attentionScale';
import { Swatch } from '../../theme/Swatch';
import { GridMap } from './GridMap';
import { type GridColours, largest } from './grid';
import { type WeightGrid, weightGrids } from './layerProfiles';
import { ScaleBar } from './ScaleBar';

/** Least width of a map, CSS pixels. */
const COLUMN = 300;

/** λ, and other weights of the methods, by layer and step: one map per weight and method on one scale. */
export function WeightMaps({ runs, shade }: { runs: readonly RunView[]; shade: Shade }) {
	const [ref, size] = useSize<HTMLDivElement>();
	const changed = useSame(runs.flatMap(({ info, name, history }) => [info, name, history]));
	// biome-ignore lint/correctness/useExhaustiveDependencies: `changed` covers everything that is read from `runs`
	const grids = useMemo(() => weightGrids(runs), [changed]);
	const colours = useMemo<GridColours>(() => ({ scale: 'linear', limit: largest(grids), signed: true, shade }), [grids, shade]);
	const across = Math.max(1, Math.min(grids.length, Math.floor(size.width / COLUMN)));
	if (grids.length === 0)
		return <p className="empty">No run shown has weights. Choose a method that mixes values or block outputs with λ or α.</p>;
	return (
		<>
			<div className="depth-tools">
				<ScaleBar colours={colours} format={measureText(grids[0].weight).format} />
				<FigureMenu title="Weights by layer and step" runs={runs} records={() => recordsOf(grids)} />
			</div>
			<div ref={ref} className="depth-maps" style={{ gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))` }}>
				{size.width > 0 &&
					grids.map((grid) => (
						<WeightMap key={`${grid.weight} ${grid.group}`} grid={grid} colours={colours} width={size.width / across - 16} />
					))}
			</div>
			<p className="caption">
				Rows are layers, columns are the steps at which weights were measured, mean over seeds. Warm is above 0, cool is below. A layer
				without the weight has no colour.
			</p>
		</>
	);
}

async function recordsOf(grids: readonly WeightGrid[]) {
	const { gridRecords } = await import('../figureRecords');
	return gridRecords(
		grids,
		({ label, weight }) => ({ method: label, weight }),
		({ steps }, column) => ({ step: steps[column] }),
	);
}

function WeightMap({ grid, colours, width }: { grid: WeightGrid; colours: GridColours; width: number }) {
	const [read, setRead] = useState<string | null>(null);
	const { weight, label, style, steps, values, columns, rows } = grid;
	const { format } = measureText(weight);
	const print = (value: number) => (Number.isFinite(value) ? format(value) : '–');
	const cellText = (row: number, column: number) =>
		`layer ${row + 1}, step ${formatCount(steps[column])}: ${print(values[row * columns + column])}`;
	const last = Array.from({ length: rows }, (_, row) => print(values[(row + 1) * columns - 1])).join('  ');
	const ticks = useMemo(
		() => [...new Set([0, columns - 1])].map((column) => ({ column, text: formatCount(steps[column]) })),
		[columns, steps],
	);
	return (
		<figure className="depth-map">
			<figcaption>
				<Swatch style={style} /> {weight} in {label}{' '}
				<span className="label">{read ?? `step ${formatCount(steps[columns - 1])}, by layer: ${last}`}</span>
			</figcaption>
			<GridMap
				grid={grid}
				colours={colours}
				width={width}
				label={`${weight} of ${label} by layer and step`}
				cellText={cellText}
				ticks={ticks}
				onRead={setRead}
			/>
		</figure>
	);
}
