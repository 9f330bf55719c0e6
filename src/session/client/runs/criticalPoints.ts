/** Critical points of runs: docs/METHODS.md section 3. */
import { relativeLoss } from '../../../experiment/compare';
import { type CriticalPoint, criticalPoint } from '../../../experiment/criticalPoint';
import type { RunView } from '../store/labSnapshot';
import { lossSteps, type SeriesView, summedLosses } from './lossSeries';

const known = new WeakMap<SeriesView, { baseline: SeriesView; point: CriticalPoint | null }>();

/**
 * The step at which the baseline passes `run`, or the reason why there is none. Null until both have finished, because the end of the
 * training decides, and if they share no steps. If not all steps are
 * kept (`isApproximate`), it is one of those that are.
 */
export function criticalPointOf(run: RunView, baseline: RunView | undefined): CriticalPoint | null {
	if (!baseline || baseline === run || !run.finished || !baseline.finished) return null;
	const found = known.get(run.series);
	if (found?.baseline === baseline.series) return found.point;
	const point = compute(run.series, baseline.series);
	known.set(run.series, { baseline: baseline.series, point });
	return point;
}

/** True if only some steps of the runs are kept, as of recorded and thinned ones: between these, their relative loss is a mean. */
export const isApproximate = (run: RunView, baseline: RunView | null | undefined): boolean =>
	!!baseline && baseline !== run && (run.series.steps !== null || baseline.series.steps !== null);

function compute(series: SeriesView, baseline: SeriesView): CriticalPoint | null {
	const from = Math.max(series.first, baseline.first);
	const [own, other] = [summedLosses(series), summedLosses(baseline)];
	const steps: number[] = [];
	const relative: number[] = [];
	for (const step of lossSteps(series)) {
		const value = relativeLoss(own, other, step, from);
		if (!Number.isFinite(value)) continue;
		steps.push(step);
		relative.push(value);
	}
	if (relative.length === 0) return null;
	const point = criticalPoint(relative);
	return typeof point === 'number' ? steps[point] : point;
}
