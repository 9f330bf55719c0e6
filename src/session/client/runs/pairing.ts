/** Pairs of runs whose losses can be compared. Plain functions. */
import { fieldsThatAffect } from '../../../experiment/fields';
import type { RunView } from '../store/labSnapshot';

/** Fields of an experiment that determine the data that a loss is measured on. */
const TASK_FIELDS = fieldsThatAffect('task');

/** True if the losses of two runs can be compared: same seed, same task. */
export function sameTask({ info: a }: RunView, { info: b }: RunView): boolean {
	return a.seed === b.seed && TASK_FIELDS.every((field) => a.experiment[field] === b.experiment[field]);
}

/** True if two runs see the same batches in the same order, so that their losses can be subtracted step by step. */
function sameData(a: RunView, b: RunView): boolean {
	return sameTask(a, b) && a.info.experiment.batchSize === b.info.experiment.batchSize;
}

/** The run of the group `baseline` that `run` is compared with, by default if both trained on the same batches; undefined if there is none. */
export function baselineRunOf(
	run: RunView,
	runs: readonly RunView[],
	baseline: string | null,
	comparable: (a: RunView, b: RunView) => boolean = sameData,
): RunView | undefined {
	return runs.find((candidate) => candidate.info.group === baseline && comparable(run, candidate));
}
