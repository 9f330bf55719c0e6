/** State of the dialog that forks a run: the field, its new value and its error. */
import { FIELDS, fieldOf, pageSentence } from '../../../experiment/fields';
import { type ForkField, forkProblems } from '../../../experiment/fork';
import type { Experiment } from '../../../experiment/types';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { type Draft, draftOf, picked, typed } from '../../shared/draft';
import { formatCount } from '../../shared/format';

export interface ForkDraft {
	field: ForkField;
	/** The run's experiment as a form, with the changed field. */
	form: Draft;
}

/** A draft that changes `field` of a run of `experiment`. */
export const forkDraft = (experiment: Experiment, field: ForkField): ForkDraft => ({ field, form: draftOf(experiment) });

/** The field that the dialog opens with. */
export const firstField = (run: RunView): ForkField => (run.step >= run.info.experiment.steps ? 'steps' : 'methods');

/** The draft with a new text or choice for its field. */
export function withValue({ field, form }: ForkDraft, text: string): ForkDraft {
	const { kind } = fieldOf(field);
	if (kind === 'methods') return { field, form: picked(form, field, [text]) };
	if (kind === 'choice') return { field, form: picked(form, field, text as Experiment[typeof field]) };
	return { field, form: typed(form, field, text) };
}

/** The text or choice of the draft's field. */
export function shownValue({ field, form }: ForkDraft): string {
	const { kind } = fieldOf(field);
	if (kind === 'methods') return form.picks.methods[0];
	return kind === 'choice' ? String(form.picks[field]) : (form.texts[field] ?? '');
}

/** The change that the draft makes to the experiment. */
export const changeOf = ({ field, form }: ForkDraft): Partial<Experiment> => ({ [field]: form.experiment[field] });

/** A field's name in the dialog: a run has one method and one seed. */
export const fieldLabel = (field: ForkField): string => ({ methods: 'Method', seeds: 'Seed' })[field as string] ?? FIELDS[field].label;

export interface ForkState {
	/** Nothing is changed yet. */
	same: boolean;
	/** Reason why the fork is not possible; null if it is. */
	problem: string | null;
}

/** Checks the draft against the current state of `runs`. */
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

/** `step 240`, or `steps 238 to 240` if the runs differ. */
export function whereWords(runs: readonly RunView[]): string {
	const steps = runs.map(({ step }) => step);
	const [low, high] = [Math.min(...steps), Math.max(...steps)];
	return low === high ? `step ${formatCount(low)}` : `steps ${formatCount(low)} to ${formatCount(high)}`;
}
