/** One run's values by step, for each quantity that can be drawn. Plain functions. */
import { relativeLoss } from '../../experiment/compare';
import type { Points } from '../../session/client/runs/decimate';
import { keptAt, lastAt } from '../../session/client/runs/kept';
import { smoothedAt, summedLosses } from '../../session/client/runs/lossSeries';
import type { MetricPoint, RunView } from '../../session/client/store/labSnapshot';

/** A value at every step of [from, to). */
export interface Curve {
	run: RunView;
	from: number;
	to: number;
	/** The step itself; for a recorded or thinned run, the last kept step that is not after it. */
	kept(step: number): number;
	/** The value at a kept step; NaN if there is none. */
	at(step: number): number;
	/** The unsmoothed values; null if there are none. */
	raw: Raw | null;
}

interface Raw {
	values: Float32Array;
	/** Step of each value; null = 0, 1, 2 … */
	steps: Int32Array | null;
}

/** The training loss, averaged over the last `window` steps. */
export function lossCurve(run: RunView, window: number): Curve {
	const { series } = run;
	return { ...extent(run), at: (step) => smoothedAt(series, step, window), raw: { values: series.losses, steps: series.steps } };
}

/** The gradient's norm, averaged over the last `window` steps. */
export function gradientCurve(run: RunView, window: number): Curve {
	const { gradNorms, first, steps } = run.series;
	const at = (step: number) => {
		let sum = 0;
		let count = 0;
		const from = Math.max(first, step + 1 - window);
		for (let k = keptAt(steps, step); k >= 0 && (steps ? steps[k] : k) >= from; k--) {
			sum += gradNorms[k];
			count++;
		}
		return sum / count;
	};
	return { ...extent(run), at, raw: { values: gradNorms, steps } };
}

/** Training loss minus the baseline's on the same batches (docs/METHODS.md section 3). */
export function relativeCurve(run: RunView, baseline: RunView): Curve {
	const own = extent(run);
	const from = Math.max(own.from, baseline.series.first);
	const to = Math.min(own.to, baseline.series.length);
	const [losses, others] = [summedLosses(run.series), summedLosses(baseline.series)];
	return { ...own, from, to, at: (step) => relativeLoss(losses, others, step, from), raw: null };
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

/** Steps that all lists have; each list is ascending. */
export function commonSteps(lists: readonly (readonly number[])[]): number[] {
	const [first = [], ...others] = lists;
	return first.filter((step) => others.every((steps) => steps[lastAt(steps, step)] === step));
}
