/** Comparison of the form with the existing runs. Plain functions. */
import type { RunInfo } from '../../experiment/records/run';
import { countRuns, sweepPoints } from '../../experiment/sweep';
import type { Experiment } from '../../experiment/types';
import { linkOf } from '../shared/linkOf';

/** A key of the experiment. The text is added because a link leaves out a long one. */
const keyOf = (experiment: Experiment): string => `${linkOf(experiment)}\n${experiment.text}`;

const wantedKeys = new WeakMap<Experiment, readonly string[]>();

/** Keys of the runs that the form asks for: points × methods × seeds. Made once per experiment object. */
function wantedBy(experiment: Experiment): readonly string[] {
	let keys = wantedKeys.get(experiment);
	if (!keys) {
		keys = sweepPoints(experiment).flatMap(({ experiment: at }) =>
			at.methods.flatMap((method) => at.seeds.map((seed) => keyOf({ ...at, methods: [method], seeds: [seed] }))),
		);
		wantedKeys.set(experiment, keys);
	}
	return keys;
}

/** Number of runs in the form (points × methods × seeds) that do not exist yet. Forks do not count as runs of the form. */
export function newRuns(experiment: Experiment, infos: readonly RunInfo[]): number {
	const existing = new Set(infos.filter(({ fork }) => fork === null).map((info) => keyOf(info.experiment)));
	return wantedBy(experiment).filter((key) => !existing.has(key)).length;
}

/**
 * True if the form differs from the runs: it is neither the experiment started last nor, after runs were added, exactly the
 * runs that were started from a form.
 */
export function formChanged(experiment: Experiment, started: Experiment | null, infos: readonly RunInfo[]): boolean {
	if (started === null || keyOf(started) === keyOf(experiment)) return false;
	const fromForm = infos.filter(({ fork }) => fork === null).length;
	return fromForm !== countRuns(experiment) || newRuns(experiment, infos) > 0;
}
