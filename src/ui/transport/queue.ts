/** The form beside the runs that are there: what would be new, and whether it still is what trains. Plain functions. */
import type { RunInfo } from '../../experiment/records/run';
import type { Experiment } from '../../experiment/types';
import { linkOf } from '../shared/linkOf';

/** What a run trains, as text; a link has no room for a long text. */
const keyOf = (experiment: Experiment): string => `${linkOf(experiment)}\n${experiment.text}`;

/** How many runs of the form, methods × seeds, are not among those that are there. A fork is no run of the form. */
export function newRuns(experiment: Experiment, infos: readonly RunInfo[]): number {
	const there = new Set(infos.filter(({ fork }) => fork === null).map((info) => keyOf(info.experiment)));
	const wanted = experiment.methods.flatMap((method) =>
		experiment.seeds.map((seed) => ({ ...experiment, methods: [method], seeds: [seed] })),
	);
	return wanted.filter((one) => !there.has(keyOf(one))).length;
}

/**
 * Whether the form is something else than what is there: neither what was started last, nor, after runs were added, all
 * of the runs that were begun from a form.
 */
export function formChanged(experiment: Experiment, started: Experiment | null, infos: readonly RunInfo[]): boolean {
	if (started === null || keyOf(started) === keyOf(experiment)) return false;
	const begun = infos.filter(({ fork }) => fork === null).length;
	return begun !== experiment.methods.length * experiment.seeds.length || newRuns(experiment, infos) > 0;
}
