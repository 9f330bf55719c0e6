/** Few of a run's steps and metrics, chosen so that its curves keep their shape. */
import type { MetricPoint } from '../store/labSnapshot';
import { decimate } from './decimate';
import { lossSteps, type SeriesView } from './lossSeries';

/** At most `points` steps, ascending: those of the smallest and the largest loss of each stretch, and the first and the last. */
export function fewSteps(series: SeriesView, points: number): number[] {
	const { first, length, steps, losses } = series;
	if ((steps?.length ?? length - first) <= points) return [...lossSteps(series)];
	const kept = new Set(decimate(losses, stretches(first, length, (points - 2) / 2), steps).steps);
	kept.add(steps?.[0] ?? first).add(steps?.at(-1) ?? length - 1);
	return [...kept].sort((a, b) => a - b);
}

/** Steps of a thinned series with the extremes of its stretches. */
const EXTREMES = 1000;
/** Steps of a thinned series that are evenly spaced: at least this many, at most twice as many. */
const GRID = 500;
/** Last steps that are kept whole, so that smoothed final losses are exact. */
const WHOLE_END = 128;

/** The series with few steps, if it has many. Runs of one length share evenly spaced steps, so that they can be compared. */
export function thinSeries(series: SeriesView): SeriesView {
	const { first, length, steps, losses, sums, seconds, gradNorms } = series;
	if (steps || length - first <= EXTREMES + GRID + WHOLE_END) return series;
	const spacing = 2 ** Math.floor(Math.log2(length / GRID));
	const kept = new Set(fewSteps(series, EXTREMES));
	for (let step = spacing * Math.ceil(first / spacing); step < length; step += spacing) kept.add(step);
	for (let step = Math.max(first, length - WHOLE_END); step < length; step++) kept.add(step);
	const few = Int32Array.from(kept).sort();
	return {
		length,
		first,
		steps: few,
		losses: Float32Array.from(few, (step) => losses[step]),
		sums: Float64Array.from(few, (step) => sums[step]),
		seconds: Float32Array.from(few, (step) => seconds[step]),
		gradNorms: Float32Array.from(few, (step) => gradNorms[step]),
	};
}

/** Bytes that the curves of runs that have ended may take. */
const BUDGET = 64 * 2 ** 20;

/** Curves of one run. */
interface Curves {
	readonly curveBytes: number;
	/** Keeps few of their points. */
	thinCurves(): void;
}

/** Thins the curves of the runs that ended first, once those of all ended runs outgrow their memory. */
export class CurveMemory {
	/** Runs that have ended, in that order. */
	private readonly ended = new Set<Curves>();
	private readonly thinned = new WeakSet<Curves>();

	constructor(private readonly budget = BUDGET) {}

	/** The run takes no more steps. */
	end(curves: Curves): void {
		this.ended.add(curves);
		let bytes = Array.from(this.ended, ({ curveBytes }) => curveBytes).reduce((sum, each) => sum + each, 0);
		for (const each of this.ended) {
			if (bytes <= this.budget) return;
			if (this.thinned.has(each)) continue;
			bytes -= each.curveBytes;
			each.thinCurves();
			bytes += each.curveBytes;
			this.thinned.add(each);
		}
	}

	/** The run was removed and can't be restored, or it takes steps again. */
	leave(curves: Curves): void {
		this.ended.delete(curves);
	}
}

/** Borders of at most `count` equal stretches of [first, length). */
const stretches = (first: number, length: number, count: number): number[] => {
	const buckets = Math.max(1, Math.floor(count));
	return Array.from({ length: buckets + 1 }, (_, i) => first + Math.round((i / buckets) * (length - first)));
};

/**
 * At most about `points` metric events, evenly over those that hold the same measures (a validation is one thing, a
 * probe another), the first and the last of each kind among them.
 */
export function fewMetrics(history: readonly MetricPoint[], points: number): readonly MetricPoint[] {
	if (history.length <= points) return history;
	const kinds = new Map<string, MetricPoint[]>();
	for (const point of history) {
		const kind = Object.keys(point.metrics).sort().join();
		const there = kinds.get(kind);
		if (there) there.push(point);
		else kinds.set(kind, [point]);
	}
	const each = Math.max(2, Math.floor(points / kinds.size));
	const kept = [...kinds.values()].flatMap((list) => evenly(list.length, each).map((index) => list[index]));
	return kept.sort((a, b) => a.step - b.step);
}

/** At most `wanted` of the indices 0…count−1, evenly spaced. The last is always among them, and the first if `wanted` is 2 or more. */
export function evenly(count: number, wanted: number): number[] {
	if (count <= wanted) return Array.from({ length: count }, (_, i) => i);
	if (wanted < 2) return wanted < 1 ? [] : [count - 1];
	return Array.from({ length: wanted }, (_, i) => Math.round((i * (count - 1)) / (wanted - 1)));
}
