/** The numbers of charts and maps, one record per point. Loaded with the first figure that is saved as CSV. */
import type { Cell } from '../../session/client/results/csvLine';
import type { ChartData } from './chartData';
import type { Grid } from './depth/grid';
import type { LayerLine } from './layerData';

type Row = Record<string, Cell>;

/** The lines of the curves as they are drawn: with more than one seed the mean, smallest and largest. */
export const lineRecords = ({ lines }: ChartData, x: string, y: string): Row[] =>
	lines.flatMap(({ label, seed, main, band }) =>
		main.xs.map((place, i) => ({
			line: label,
			...(seed !== null && { seed }),
			[x]: place,
			[y]: main.ys[i],
			...(band && { smallest: band.low[i] ?? null, largest: band.high[i] ?? null }),
		})),
	);

/** Lines of each layer: the mean over seeds at each step. */
export const layerRecords = (layers: readonly (readonly LayerLine[])[], measure: string): Row[] =>
	layers.flatMap((lines, layer) =>
		lines.flatMap(({ label, steps, values, seeds }) =>
			steps.map((step, i) => ({ layer: layer + 1, line: label, step, [measure]: values[i], seeds: seeds[i].length })),
		),
	);

/** The cells of maps by layer and column. @param facts of each map, and names of its columns */
export const gridRecords = <G extends Grid>(
	grids: readonly G[],
	factsOf: (grid: G) => Row,
	columnOf: (grid: G, column: number) => Row,
): Row[] =>
	grids.flatMap((grid) =>
		Array.from(grid.values, (value, i) => ({
			...factsOf(grid),
			layer: Math.floor(i / grid.columns) + 1,
			...columnOf(grid, i % grid.columns),
			value,
		})),
	);
