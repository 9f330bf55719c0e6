/** One run's values by step, for each quantity that can be drawn. Plain functions. */
import { relativeLoss } from '../../experiment/compare';
import type { Points } from '../../session/client/runs/decimate';
import { smoothedAt } from '../../session/client/runs/lossSeries';
import type { MetricPoint, RunView } from '../../session/client/store/labSnapshot';

/** A value at every step of [from, to). */
export interface Curve {
	run: RunView;
	from: number;
	to: number;
	/** The step itself; for a recorded run, the last kept step that is not after it. */
	kept(step: number): number;
	/** The value at a kept step; NaN if there is none. */
	at(step: number): number;
	/** The unsmoothed values by step; null if there are none. */
	raw: Float32Array | null;
}

/** The training loss, averaged over the last `window` steps. */
export function lossCurve(run: RunView, window: number): Curve {
	const { series } = run;
	return { ...extent(run), at: (step) => smoothedAt(series, step, window), raw: series.losses };
}

/** The gradient's norm, averaged over the last `window` steps. */
export function gradientCurve(run: RunView, window: number): Curve {
	const { gradNorms, first } = run.series;
	const at = (step: number) => {
		let sum = 0;
		const from = Math.max(first, step + 1 - window);
		for (let i = from; i <= step; i++) sum += gradNorms[i];
		return sum / (step + 1 - from);
	};
	return { ...extent(run), at, raw: gradNorms };
}

/** Training loss minus the baseline's on the same batches (docs/METHODS.md section 3). */
export function relativeCurve(run: RunView, baseline: RunView): Curve {
	const own = extent(run);
	const from = Math.max(own.from, baseline.series.first);
	const to = Math.min(own.to, baseline.series.length);
	return { ...own, from, to, at: (step) => relativeLoss(run.series, baseline.series, step, from), raw: null };
}

function extent(run: RunView): Pick<Curve, 'run' | 'from' | 'to' | 'kept'> {
	const { first, length, steps } = run.series;
	return { run, from: first, to: length, kept: steps ? (step) => steps[Math.max(0, lastAt(steps, step))] : (step) => step };
}

const extracted = new WeakMap<readonly MetricPoint[], Map<string, Points>>();

/** All values of a measurement that is one number, with their steps. Computed once per history. */
export function measuredPoints({ history }: RunView, measure: string): Points {
	let known = extracted.get(history);
	if (!known) {
		known = new Map();
		extracted.set(history, known);
	}
	let points = known.get(measure);
	if (!points) {
		points = { steps: [], values: [] };
		for (const { step, metrics } of history) {
			const value = metrics[measure];
			if (typeof value !== 'number' || !Number.isFinite(value)) continue;
			points.steps.push(step);
			points.values.push(value);
		}
		known.set(measure, points);
	}
	return points;
}

/** Index in ascending `steps` of the last one at or before `step`; −1 if all are after it. */
export function lastAt(steps: ArrayLike<number>, step: number): number {
	let low = 0;
	let high = steps.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (steps[middle] <= step) low = middle + 1;
		else high = middle;
	}
	return low - 1;
}

/** Steps that all lists have; each list is ascending. */
export function commonSteps(lists: readonly (readonly number[])[]): number[] {
	const [first = [], ...others] = lists;
	return first.filter((step) => others.every((steps) => steps[lastAt(steps, step)] === step));
}
