/** Compares the form with the current runs. */
import type { RunInfo } from '../../experiment/records/run';
import type { Experiment } from '../../experiment/types';
import { linkOf } from '../shared/linkOf';

/** Identifies what a run trains. The text is added because links leave out a long one. */
const keyOf = (experiment: Experiment): string => `${linkOf(experiment)}\n${experiment.text}`;

/** Number of runs of the form (methods × seeds) that do not exist yet. Forks do not count as runs of the form. */
export function newRuns(experiment: Experiment, infos: readonly RunInfo[]): number {
	const existing = new Set(infos.filter(({ fork }) => fork === null).map((info) => keyOf(info.experiment)));
	const wanted = experiment.methods.flatMap((method) =>
		experiment.seeds.map((seed) => ({ ...experiment, methods: [method], seeds: [seed] })),
	);
	return wanted.filter((one) => !existing.has(keyOf(one))).length;
}

/** True if the form differs both from the experiment started last and from the set of all runs started or added so far. */
export function formChanged(experiment: Experiment, started: Experiment | null, infos: readonly RunInfo[]): boolean {
	if (started === null || keyOf(started) === keyOf(experiment)) return false;
	const ofForm = infos.filter(({ fork }) => fork === null).length;
	return ofForm !== experiment.methods.length * experiment.seeds.length || newRuns(experiment, infos) > 0;
}
