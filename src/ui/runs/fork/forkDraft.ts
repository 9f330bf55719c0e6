/** A fork that is being written: which one thing changes, to what, and what is wrong with it. Plain functions. */
import { FIELDS, fieldOf, pageSentence } from '../../../experiment/fields';
import { type ForkField, forkProblems } from '../../../experiment/fork';
import type { Experiment } from '../../../experiment/types';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { type Draft, draftOf, picked, typed } from '../../shared/draft';
import { formatCount } from '../../shared/format';

export interface ForkDraft {
	field: ForkField;
	/** The run's form, with that field as it was typed or picked. */
	form: Draft;
}

/** Begins to change `field` of a run that trains `experiment`: every other field is as it was. */
export const forkDraft = (experiment: Experiment, field: ForkField): ForkDraft => ({ field, form: draftOf(experiment) });

/** What a run can be asked to change first: one that has done all of its steps can only go on. */
export const firstField = (run: RunView): ForkField => (run.step >= run.info.experiment.steps ? 'steps' : 'methods');

/** The draft with what was typed or picked for its field. */
export function withValue({ field, form }: ForkDraft, text: string): ForkDraft {
	const { kind } = fieldOf(field);
	if (kind === 'methods') return { field, form: picked(form, field, [text]) };
	if (kind === 'choice') return { field, form: picked(form, field, text as Experiment[typeof field]) };
	return { field, form: typed(form, field, text) };
}

/** What is typed or picked for the draft's field. */
export function shownValue({ field, form }: ForkDraft): string {
	const { kind } = fieldOf(field);
	if (kind === 'methods') return form.picks.methods[0];
	return kind === 'choice' ? String(form.picks[field]) : (form.texts[field] ?? '');
}

/** The one change that the draft stands for. */
export const changeOf = ({ field, form }: ForkDraft): Partial<Experiment> => ({ [field]: form.experiment[field] });

/** Name of a field that a fork changes, where it has one method and one seed. */
export const fieldLabel = (field: ForkField): string => ({ methods: 'Method', seeds: 'Seed' })[field as string] ?? FIELDS[field].label;

export interface ForkState {
	/** Nothing is changed yet. */
	same: boolean;
	/** What holds the fork back, in a sentence; null = nothing. */
	problem: string | null;
}

/** Whether each of `runs` can be forked by the draft as they stand. */
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

/** `step 240`, or `steps 238 to 240` where the runs are not at the same one. */
export function whereWords(runs: readonly RunView[]): string {
	const steps = runs.map(({ step }) => step);
	const [low, high] = [Math.min(...steps), Math.max(...steps)];
	return low === high ? `step ${formatCount(low)}` : `steps ${formatCount(low)} to ${formatCount(high)}`;
}
