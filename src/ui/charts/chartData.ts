/** From runs to what the loss chart draws: few points, chosen so that a spike stays visible. Plain functions. */
import { bucketEdges, decimate, type Points } from '../../session/client/decimate';
import { lastSmoothed, smoothedAt } from '../../session/client/series';
import type { RunView } from '../../session/client/snapshot';
import type { RunStyle } from '../style/runStyle';
import { axisEnd, logTicks, niceTicks } from './ticks';

/** A run to draw, with its look. */
export interface ChartRun {
	run: RunView;
	style: RunStyle;
	/** The method's label; seeds of one method share it. */
	label: string;
}

export interface ChartOptions {
	/** Steps of the moving average; 1 = off. */
	smoothing: number;
	logSteps: boolean;
	/** Steps that the experiment will take. */
	totalSteps: number;
}

/** One x of the chart; `values` in the order of the runs, null where a run has no number there. */
export interface ChartRow {
	step: number;
	values: (number | null)[];
}

export interface ChartData {
	rows: ChartRow[];
	/** Unsmoothed losses of each run, spikes kept. */
	raw: Points[];
	validation: Points[];
	/** Last smoothed value of each run. */
	last: (number | null)[];
	xDomain: [number, number];
	yDomain: [number, number];
	xTicks: number[];
	yTicks: number[];
}

const BUCKETS = 240;

/** Everything the chart draws, from the runs as they are now. One pass over the losses; milliseconds at 100 000 steps. */
export function chartData(runs: readonly ChartRun[], { smoothing, logSteps, totalSteps }: ChartOptions): ChartData {
	const length = Math.max(0, ...runs.map(({ run }) => run.series.length));
	const from = logSteps ? 1 : 0;
	const edges = bucketEdges(from, Math.max(from, length), BUCKETS, logSteps);
	const rows: ChartRow[] = [];
	for (let b = 1; b < edges.length; b++) {
		const step = b === 1 ? edges[0] : edges[b] - 1;
		rows.push({ step, values: runs.map(({ run }) => valueNear(run, step, smoothing)) });
	}
	const raw = runs.map(({ run }) => decimate(run.series.losses, edges));
	const validation = runs.map(({ run }) => validationPoints(run, from));
	const last = runs.map(({ run }) => lastSmoothed(run.series, smoothing));
	const xDomain: [number, number] = [from, Math.max(from + 1, axisEnd(length, totalSteps))];
	const yDomain = lossDomain(rows, validation, smoothing === 1 ? raw : []);
	return {
		rows,
		raw,
		validation,
		last,
		xDomain,
		yDomain,
		xTicks: logSteps ? logTicks(...xDomain) : niceTicks(...xDomain),
		yTicks: niceTicks(...yDomain),
	};
}

function valueNear(run: RunView, step: number, smoothing: number): number | null {
	if (step >= run.series.length) return null;
	const value = smoothedAt(run.series, step, smoothing);
	return Number.isFinite(value) ? value : null;
}

function validationPoints(run: RunView, from: number): Points {
	const points: Points = { steps: [], values: [] };
	for (const { step, metrics } of run.history) {
		const loss = metrics.validationLoss;
		if (typeof loss !== 'number' || !Number.isFinite(loss) || step < from) continue;
		points.steps.push(step);
		points.values.push(loss);
	}
	return points;
}

/** The last validation loss at or before `step`. */
export function validationAt(points: Points, step: number): number | null {
	for (let i = points.steps.length - 1; i >= 0; i--) if (points.steps[i] <= step) return points.values[i];
	return null;
}

/** From the smallest to the largest value drawn as a line or marker, with a little air. Faint raw lines may leave it. */
function lossDomain(rows: readonly ChartRow[], validation: readonly Points[], raw: readonly Points[]): [number, number] {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	const include = (value: number | null) => {
		if (value === null) return;
		low = Math.min(low, value);
		high = Math.max(high, value);
	};
	for (const row of rows) for (const value of row.values) include(value);
	for (const points of [...validation, ...raw]) for (const value of points.values) include(value);
	if (low > high) return [0, 1];
	const air = Math.max(0.02, 0.04 * (high - low));
	return [Math.max(low < 0 ? Number.NEGATIVE_INFINITY : 0, low - air), high + air];
}

/** Puts labels at `wanted` heights, at least `gap` apart, inside [top, bottom]; each moves as little as it must. */
export function spreadLabels(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
	const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
	const placed = order.map((i) => Math.min(bottom, Math.max(top, wanted[i])));
	for (let i = 1; i < placed.length; i++) placed[i] = Math.max(placed[i], placed[i - 1] + gap);
	const over = placed.length > 0 ? placed[placed.length - 1] - bottom : 0;
	if (over > 0) {
		placed[placed.length - 1] = bottom;
		for (let i = placed.length - 2; i >= 0; i--) placed[i] = Math.min(placed[i], placed[i + 1] - gap);
	}
	const result: number[] = [];
	order.forEach((original, i) => {
		result[original] = placed[i];
	});
	return result;
}
