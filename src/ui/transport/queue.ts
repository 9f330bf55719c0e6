/** Comparison of the form with the existing runs. Plain functions. */
import type { RunInfo } from '../../experiment/records/run';
import { countRuns, runKey, runsOf } from '../../experiment/runs';
import type { Experiment } from '../../experiment/types';
import { linkOf } from '../shared/linkOf';

/** A key of the experiment. The text is added because a link leaves out a long one. */
const keyOf = (experiment: Experiment): string => `${linkOf(experiment)}\n${experiment.text}`;

/** Keys of the runs that were started from a form: all but forks. */
const keysOf = (infos: readonly RunInfo[]): Set<string> =>
	new Set(infos.flatMap((info) => (info.fork === null ? runKey(info.experiment, info.method, info.seed) : [])));

/** Number of runs in the form that do not exist yet. */
export function newRuns(experiment: Experiment, infos: readonly RunInfo[]): number {
	const existing = keysOf(infos);
	return runsOf(experiment).filter(({ method, seed, point }) => !existing.has(runKey(point.experiment, method, seed))).length;
}

/**
 * True if the form differs from the runs: it is neither the experiment started last nor, after runs were added, exactly the
 * runs that were started from a form.
 */
export function formChanged(experiment: Experiment, started: Experiment | null, infos: readonly RunInfo[]): boolean {
	if (started === null || keyOf(started) === keyOf(experiment)) return false;
	return keysOf(infos).size !== countRuns(experiment) || newRuns(experiment, infos) > 0;
}
