/** Runs as the charts compare them: by group, whose runs differ by their seed alone. */
import { fieldsThatAffect } from '../../experiment/fields';
import type { RunStyle } from '../../experiment/methods/descriptor';
import { groupsOf, type RunGroup } from '../../session/client/runs/runGroups';
import type { RunView } from '../../session/client/store/labSnapshot';
import { groupStyle } from '../theme/methodStyle';

/** A group with its style, and with the user's name if all of its runs have it. */
export interface ChartGroup extends RunGroup {
	style: RunStyle;
}

export function chartGroups(runs: readonly RunView[]): ChartGroup[] {
	return groupsOf(runs).map((group) => ({ ...group, label: sharedName(group) ?? group.label, style: groupStyle(group.runs[0].info) }));
}

function sharedName({ runs }: RunGroup): string | null {
	return runs.every(({ name }) => name === runs[0].name) ? runs[0].name : null;
}

/** Fields of an experiment that determine the data that a loss is measured on. */
const TASK_FIELDS = fieldsThatAffect('task');

/** True if the losses of two runs can be compared: same seed, same task. */
export function sameTask({ info: a }: RunView, { info: b }: RunView): boolean {
	return a.seed === b.seed && TASK_FIELDS.every((field) => a.experiment[field] === b.experiment[field]);
}

/** True if two runs see the same batches in the same order, so that their losses can be subtracted step by step. */
export function sameData(a: RunView, b: RunView): boolean {
	return sameTask(a, b) && a.info.experiment.batchSize === b.info.experiment.batchSize;
}
