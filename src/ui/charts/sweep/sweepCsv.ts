/** A sweep as tables for a spreadsheet or a script. Loaded with the first export. */
import type { FieldName } from '../../../experiment/fields';
import { type Cell, recordsCsv } from '../../../session/client/results/csvLine';
import { criticalPointOf } from '../../../session/client/runs/criticalPoints';
import { type BaselineOf, type SweepCell, valuesOf } from './cells';
import { CRITICAL_KEY, type SweepMetric, type SweepQuantity } from './quantities';

/** What a table is made of. */
export interface SweepExport {
	cells: readonly SweepCell[];
	swept: readonly FieldName[];
	/** Σ learning rate, tokens and costs. */
	derived: readonly SweepQuantity[];
	metrics: readonly SweepMetric[];
	baselineOf: BaselineOf;
}

const fieldCells = ({ experiment }: SweepCell, swept: readonly FieldName[]): Record<string, Cell> =>
	Object.fromEntries(swept.filter((name) => name !== 'methods').map((name) => [name, experiment[name] as Cell]));

/** One row per run: its point, method, seed, what follows from them, and its final metrics. */
export function sweepRunsCsv({ cells, swept, derived, metrics, baselineOf }: SweepExport): string {
	return recordsCsv(
		cells.flatMap((cell) =>
			cell.runs.map((run) => ({
				point: cell.point,
				...fieldCells(cell, swept),
				method: cell.method,
				seed: run.info.seed,
				step: run.step,
				state: run.divergedAt !== null ? 'diverged' : run.finished ? 'finished' : 'unfinished',
				...Object.fromEntries(derived.map((quantity) => [quantity.key, quantity.of(run)])),
				[CRITICAL_KEY]: criticalPointOf(run, baselineOf(run)),
				...Object.fromEntries(metrics.filter(({ key }) => key !== CRITICAL_KEY).map((metric) => [metric.key, metric.of(run)])),
			})),
		),
	);
}

/** One row per point, method and metric: mean and difference from the baseline, each with half the width of its 95 % t-interval. */
export const sweepMeansCsv = (data: SweepExport): string => recordsCsv(sweepMeans(data));

/** The rows of `sweepMeansCsv`. */
export function sweepMeans({ cells, swept, derived, metrics, baselineOf }: SweepExport): Record<string, Cell>[] {
	const [place] = derived;
	return metrics.flatMap((metric) =>
		cells.flatMap((cell) => {
			const values = valuesOf(cell, place, metric, baselineOf, false);
			if (!values || values.n === 0) return [];
			const { n, mean, half, difference } = values;
			return [
				{
					point: cell.point,
					...fieldCells(cell, swept),
					method: cell.method,
					...Object.fromEntries(derived.map((quantity) => [quantity.key, quantity.of(cell.runs[0])])),
					metric: metric.key,
					n,
					mean,
					half_width: half,
					difference_n: difference?.n ?? null,
					difference_mean: difference?.mean ?? null,
					difference_half_width: difference?.half ?? null,
					separated: difference?.separated ?? null,
				},
			];
		}),
	);
}
