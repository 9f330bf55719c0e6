/** State of the fork dialog: the field, its new value and its problem. Plain functions. */
import { FIELDS, fieldOf, pageSentence } from '../../../experiment/fields';
import { type ForkField, forkProblems } from '../../../experiment/fork';
import type { Experiment } from '../../../experiment/types';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { type Draft, draftOf, picked, typed } from '../../shared/draft';
import { formatCount } from '../../shared/format';

export interface ForkDraft {
	field: ForkField;
	/** The form with the run's values, and the field as typed or picked. */
	form: Draft;
}

/** A draft that changes only `field` of a run that trains `experiment`. */
export const forkDraft = (experiment: Experiment, field: ForkField): ForkDraft => ({ field, form: draftOf(experiment) });

/** The field to offer first: a finished run needs more steps before anything else. */
export const firstField = (run: RunView): ForkField => (run.step >= run.info.experiment.steps ? 'steps' : 'methods');

/** The draft with what was typed or picked for its field. */
export function withValue({ field, form }: ForkDraft, text: string): ForkDraft {
	const { kind } = fieldOf(field);
	if (kind === 'methods') return { field, form: picked(form, field, [text]) };
	if (kind === 'choice') return { field, form: picked(form, field, text as Experiment[typeof field]) };
	return { field, form: typed(form, field, text) };
}

/** The typed or picked value of the draft's field. */
export function shownValue({ field, form }: ForkDraft): string {
	const { kind } = fieldOf(field);
	if (kind === 'methods') return form.picks.methods[0];
	return kind === 'choice' ? String(form.picks[field]) : (form.texts[field] ?? '');
}

/** The change that the draft makes. */
export const changeOf = ({ field, form }: ForkDraft): Partial<Experiment> => ({ [field]: form.experiment[field] });

/** Label of a field in the dialog; a fork has one method and one seed. */
export const fieldLabel = (field: ForkField): string => ({ methods: 'Method', seeds: 'Seed' })[field as string] ?? FIELDS[field].label;

export interface ForkState {
	/** True if nothing is changed yet. */
	same: boolean;
	/** Reason why the fork is not possible, as a sentence; null = it is. */
	problem: string | null;
}

/** Checks that all of `runs` can be forked with the draft at their current steps. */
export function forkState(draft: ForkDraft, runs: readonly RunView[]): ForkState {
	const { field, form } = draft;
	const wrong = form.errors[field];
	if (wrong) return { same: false, problem: wrong };
	const change = changeOf(draft);
	const value = JSON.stringify(change[field]);
	if (runs.some(({ info }) => JSON.stringify(info.experiment[field]) === value)) return { same: true, problem: null };
	for (const { info, step } of runs) {
		const [found] = forkProblems(info.experiment, change, step);
		if (found) return { same: false, problem: pageSentence(found) };
	}
	return { same: false, problem: null };
}

/** `step 240`, or `steps 238 to 240` if they differ. */
export function stepsText(runs: readonly RunView[]): string {
	const steps = runs.map(({ step }) => step);
	const [low, high] = [Math.min(...steps), Math.max(...steps)];
	return low === high ? `step ${formatCount(low)}` : `steps ${formatCount(low)} to ${formatCount(high)}`;
}
