/** Metrics at a step: of a run, of a group over its seeds, and of all groups as in a link. */
import type { SharedMeasure } from '../../../experiment/resultLink';
import { type Summary, summary } from '../../../experiment/statistics';
import type { RunView } from '../store/labSnapshot';
import { groupsOf } from './runGroups';

/** Which number of `Metrics`. */
export interface MeasureOf {
	measure: string;
	/** From 0; null if the metric is one number. */
	layer: number | null;
}

/** A run's metric after `step` updates; null if it was not taken then, or was NaN. */
export function measuredAt({ history }: RunView, { measure, layer }: MeasureOf, step: number): number | null {
	let [low, high] = [0, history.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (history[middle].step < step) low = middle + 1;
		else high = middle;
	}
	if (history[low]?.step !== step) return null;
	const value = history[low].metrics[measure];
	const number = Array.isArray(value) ? value[layer ?? 0] : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** Mean and spread over the runs of a group that have the measure at the step. */
export const summaryAt = (runs: readonly RunView[], of: MeasureOf, step: number): Summary =>
	summary(runs.map((run) => measuredAt(run, of, step)));

/** Metrics of every group, each at a step, for `withResults`. Groups without one are left out. */
export function seenOf(runs: readonly RunView[], measures: readonly (MeasureOf & { step: number })[]): SharedMeasure[] {
	return measures.flatMap(({ measure, layer, step }) => {
		const groups = groupsOf(runs).flatMap(({ group, method, label, runs }) => {
			const { n, mean, half } = summaryAt(runs, { measure, layer }, step);
			// A fork's group, or another experiment's, is named by its label: the method's name belongs to another group.
			return n > 0 ? [{ name: group === method ? method : label, label, mean, half, n }] : [];
		});
		return groups.length > 0 ? [{ measure, layer, step, groups }] : [];
	});
}
