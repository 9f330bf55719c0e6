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

/**
 * A draft that changes `field` of a run that trains `experiment`. Its steps are twice the run's: a finished run needs more to
 * train on with another change.
 */
export function forkDraft(experiment: Experiment, field: ForkField): ForkDraft {
	const form = draftOf(experiment);
	return { field, form: field === 'steps' ? form : typed(form, 'steps', String(Math.min(2 * experiment.steps, FIELDS.steps.max))) };
}

/** True if forks of these runs need more steps next to the field that changes: one of the runs has done all of its own. */
export const needsSteps = ({ field }: ForkDraft, runs: readonly RunView[]): boolean =>
	field !== 'steps' && runs.some(({ step, info }) => step >= info.experiment.steps);

/** The field to offer first: a finished run needs more steps before anything else. */
export const firstField = (run: RunView): ForkField => (run.step >= run.info.experiment.steps ? 'steps' : 'methods');

/** The draft with what was typed or picked for one of its fields. */
export function withValue({ field: changed, form }: ForkDraft, field: ForkField, text: string): ForkDraft {
	const { kind } = fieldOf(field);
	if (kind === 'methods') return { field: changed, form: picked(form, field, [text]) };
	if (kind === 'choice') return { field: changed, form: picked(form, field, text as Experiment[typeof field]) };
	return { field: changed, form: typed(form, field, text) };
}

/** The typed or picked value of one of the draft's fields. */
export function shownValue({ form }: ForkDraft, field: ForkField): string {
	const { kind } = fieldOf(field);
	if (kind === 'methods') return form.picks.methods[0];
	return kind === 'choice' ? String(form.picks[field]) : (form.texts[field] ?? '');
}

/** The change that the draft makes to these runs. */
export function changeOf(draft: ForkDraft, runs: readonly RunView[]): Partial<Experiment> {
	const { field, form } = draft;
	return { [field]: form.experiment[field], ...(needsSteps(draft, runs) && { steps: form.experiment.steps }) };
}

/** Label of a field in the dialog; a fork has one method and one seed. */
export const fieldLabel = (field: ForkField): string => ({ methods: 'Method', seeds: 'Seed' })[field as string] ?? FIELDS[field].label;

export interface ForkState {
	/** True if nothing is changed yet. */
	same: boolean;
	/** Reason why the fork is not possible, and the field of the dialog that shows it; null = it is possible. */
	problem: { field: ForkField; text: string } | null;
}

/** Checks that all of `runs` can be forked with the draft at their current steps. */
export function forkState(draft: ForkDraft, runs: readonly RunView[]): ForkState {
	const { field, form } = draft;
	const longer = needsSteps(draft, runs);
	for (const name of longer ? [field, 'steps' as const] : [field]) {
		const text = form.errors[name];
		if (text) return { same: false, problem: { field: name, text } };
	}
	const change = changeOf(draft, runs);
	const value = JSON.stringify(change[field]);
	if (runs.some(({ info }) => JSON.stringify(info.experiment[field]) === value)) return { same: true, problem: null };
	for (const { info, step } of runs) {
		const [found] = forkProblems(info.experiment, change, step);
		if (found) return { same: false, problem: { field: longer && found.field === 'steps' ? 'steps' : field, text: pageSentence(found) } };
	}
	return { same: false, problem: null };
}

/** `step 240`, or `steps 238 to 240` if they differ. */
export function stepsText(runs: readonly RunView[]): string {
	const steps = runs.map(({ step }) => step);
	const [low, high] = [Math.min(...steps), Math.max(...steps)];
	return low === high ? `step ${formatCount(low)}` : `steps ${formatCount(low)} to ${formatCount(high)}`;
}
