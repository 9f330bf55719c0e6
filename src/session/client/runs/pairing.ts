/** Pairs of runs whose losses can be compared. Plain functions. */
import { fieldsThatAffect } from '../../../experiment/fields';
import { runKey } from '../../../experiment/runs';
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

/** True if the runs are those of a sweep: some belong to another than its first point. */
const isSweep = (runs: readonly RunView[]): boolean => runs.some(({ info }) => info.point > 0);

/**
 * The run that `run` is compared with; undefined for the baseline's own runs, and if there is none. It has the same seed. In a sweep
 * it has the baseline's method, and all else is the same; otherwise it is in the group `baseline`, and `comparable`, by default if both
 * trained on the same batches.
 */
export function baselineRunOf(
	run: RunView,
	runs: readonly RunView[],
	baseline: string | null,
	comparable: (a: RunView, b: RunView) => boolean = sameData,
): RunView | undefined {
	if (!isSweep(runs)) return runs.find((candidate) => candidate.info.group === baseline && comparable(run, candidate));
	const method = runs.find(({ info }) => info.group === baseline)?.info.method;
	const { info } = run;
	if (method === undefined || (info.method === method && info.fork === null)) return undefined;
	return indexOf(runs).get(runKey(info.experiment, method, info.seed));
}

const indexes = new WeakMap<readonly RunView[], Map<string, RunView>>();

/** Runs by `runKey`, without forks: a lookup for each of 300 runs would otherwise take 300 comparisons. */
function indexOf(runs: readonly RunView[]): Map<string, RunView> {
	let index = indexes.get(runs);
	if (!index) {
		index = new Map();
		for (const run of runs) {
			const { fork, experiment, method, seed } = run.info;
			if (fork === null) index.set(runKey(experiment, method, seed), run);
		}
		indexes.set(runs, index);
	}
	return index;
}
