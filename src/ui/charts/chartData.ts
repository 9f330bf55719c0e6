/** From runs to what the loss chart draws: few points, chosen so that a spike stays visible. Plain functions. */
import { bucketEdges, decimate, type Points } from '../../session/client/decimate';
import { lastSmoothed, smoothedAt } from '../../session/client/series';
import type { RunView } from '../../session/client/snapshot';
import type { RunStyle } from '../style/runStyle';
import { axisEnd, logTicks, niceTicks, roundOutward } from './ticks';

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

export interface ChartData {
	/** Moving averages of each run. */
	smoothed: Points[];
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

/** Points of a line: fewer where there are many lines. */
const bucketsFor = (runs: number) => (runs <= 12 ? 240 : 120);

/** Everything the chart draws, from the runs as they are now. One pass over the losses; milliseconds at 100 000 steps. */
export function chartData(runs: readonly ChartRun[], { smoothing, logSteps, totalSteps }: ChartOptions): ChartData {
	const length = Math.max(0, ...runs.map(({ run }) => run.series.length));
	const from = logSteps ? 1 : 0;
	const edges = bucketEdges(from, Math.max(from, length), bucketsFor(runs.length), logSteps);
	const smoothed = runs.map(({ run }) => smoothedPoints(run, edges, smoothing));
	const raw = runs.map(({ run }) => decimate(run.series.losses, edges));
	const validation = runs.map(({ run }) => validationPoints(run, from));
	const last = runs.map(({ run }) => lastSmoothed(run.series, smoothing));
	const xDomain: [number, number] = [from, Math.max(from + 1, length > 0 ? axisEnd(length, totalSteps) : totalSteps)];
	const yDomain = lossDomain([...smoothed, ...validation, ...(smoothing === 1 ? raw : [])]);
	return {
		smoothed,
		raw,
		validation,
		last,
		xDomain,
		yDomain,
		xTicks: logSteps ? logTicks(...xDomain) : niceTicks(...xDomain),
		yTicks: length > 0 ? niceTicks(...yDomain) : [],
	};
}

/** The moving average at the first step and at the end of each bucket. */
function smoothedPoints(run: RunView, edges: readonly number[], window: number): Points {
	const points: Points = { steps: [], values: [] };
	const push = (step: number) => {
		const value = step < run.series.length ? smoothedAt(run.series, step, window) : Number.NaN;
		if (!Number.isFinite(value)) return;
		points.steps.push(step);
		points.values.push(value);
	};
	if (edges.length > 1) push(edges[0]);
	for (let b = 1; b < edges.length; b++) {
		const end = Math.min(edges[b], run.series.length) - 1;
		if (end > edges[b - 1] || (b > 1 && end === edges[b - 1])) push(end);
	}
	return points;
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

/**
 * From the smallest to the largest value drawn as a line or marker, rounded outward, so that the axis moves seldom.
 * Faint raw lines may leave it.
 */
function lossDomain(lines: readonly Points[]): [number, number] {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (const { values } of lines) {
		for (const value of values) {
			if (value < low) low = value;
			if (value > high) high = value;
		}
	}
	return low > high ? [0, 1] : roundOutward(low, high);
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
