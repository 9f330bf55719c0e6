/**
 * The form's state: the typed and picked values, and the last experiment that can run. Plain functions, so that tests need
 * no page.
 */
import {
	defaultExperiment,
	defaultFor,
	FIELD_NAMES,
	type FieldName,
	fieldOf,
	forcedBy,
	isFieldName,
	isUsed,
	pageSentence,
} from '../../experiment/fields';
import type { SweepPoint } from '../../experiment/sweep';
import type { TaskName } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import { checkExperiment, readWithFindings } from '../../experiment/validate';

export interface Draft {
	/** The text of each typed field: numbers, characters, seeds. */
	texts: Partial<Record<FieldName, string>>;
	/** The picked values: the task, the methods, the schedule, the flags. The typed fields' values here are not used. */
	picks: Experiment;
	/** The last values that can run. Fields with an error keep their earlier value here. */
	experiment: Experiment;
	/** Sentences by field, and on the sweep; empty = the form can be trained. */
	errors: Partial<Record<FieldName | 'sweep', string>>;
}

function isTyped(name: FieldName): boolean {
	return ['number', 'characters', 'seeds'].includes(fieldOf(name).kind);
}

/** A value as its field shows it. */
function textOf(value: Experiment[FieldName]): string {
	if (value === null) return '';
	return Array.isArray(value) ? value.join(', ') : String(value);
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number that a text stands for; NaN if it is none. */
export function typedNumber(text: string): number {
	const clean = text.trim().replace(/−/g, '-');
	return NUMBER.test(clean) ? Number(clean) : Number.NaN;
}

/** The value of a typed field. Text that is not a number stays text, which the field's limits refuse. */
export function typedValue(name: FieldName, text: string): unknown {
	const field = fieldOf(name);
	const clean = text.trim().replace(/−/g, '-');
	const number = (part: string): unknown => (NUMBER.test(part) ? Number(part) : part);
	switch (field.kind) {
		case 'number':
			return clean === '' && field.whenNull !== undefined ? null : number(clean);
		case 'seeds':
			return clean
				.split(/[\s,;]+/)
				.filter(Boolean)
				.map(number);
		default:
			return text;
	}
}

/** The form filled with `experiment`. */
export function draftOf(experiment: Experiment): Draft {
	const texts: Draft['texts'] = {};
	for (const name of FIELD_NAMES) if (isTyped(name)) texts[name] = textOf(experiment[name]);
	return { texts, picks: experiment, experiment, errors: {} };
}

/** One typed field changed. */
export function typed(draft: Draft, name: FieldName, text: string): Draft {
	const texts = { ...draft.texts, [name]: text };
	const value = typedValue(name, text);
	if (typeof value === 'number' && value > 0) {
		for (const follower of followersOf(name)) {
			const before = textOf(defaultFor(follower, draft.experiment, defaultExperiment()));
			const next = { ...draft.experiment, [name]: value };
			if (texts[follower] === before) texts[follower] = textOf(defaultFor(follower, next, defaultExperiment()));
		}
	}
	return settle({ ...draft, texts });
}

/** Fields at their default that `name` limits: they follow it, so that 20 steps do not need a shorter warm-up to be typed too. */
function followersOf(name: FieldName): FieldName[] {
	return FIELD_NAMES.filter((other) => {
		const field = fieldOf(other);
		return field.kind === 'number' && field.atMost === name && field.default !== null;
	});
}

/** One picked field (a choice, a flag, the methods) changed. */
export function picked<Name extends FieldName>(draft: Draft, name: Name, value: Experiment[Name]): Draft {
	const picks = { ...draft.picks, [name]: value };
	return settle(name === 'task' ? withForced({ ...draft, picks }, draft.picks.task) : { ...draft, picks });
}

/** The sweep's points changed; null removes the sweep. */
export function swept(draft: Draft, points: readonly SweepPoint[] | null): Draft {
	const { sweep: _, ...picks } = draft.picks;
	return settle({ ...draft, picks: points ? { ...picks, sweep: [...points] } : picks });
}

/** The draft with the values that its task forces, and with defaults for fields that the task before forced. */
function withForced(draft: Draft, before: TaskName): Draft {
	const { task } = draft.picks;
	const base = { ...defaultExperiment(), task: before };
	const texts = { ...draft.texts };
	const picks: Experiment = { ...draft.picks };
	for (const name of FIELD_NAMES) {
		if (task === before || (!forcedBy(task, name) && !forcedBy(before, name))) continue;
		const value = defaultFor(name, draft.picks, base);
		Object.assign(picks, { [name]: value });
		if (isTyped(name)) texts[name] = textOf(value);
	}
	return { ...draft, picks, texts };
}

function settle(draft: Draft): Draft {
	const raw: Record<string, unknown> = { ...draft.picks };
	for (const [name, text] of Object.entries(draft.texts)) raw[name] = typedValue(name as FieldName, text);
	// A hidden field has its default. Its text is kept until its task or optimiser is chosen again.
	for (const name of FIELD_NAMES) if (!isUsed(name, draft.picks)) raw[name] = fieldOf(name).default;
	const { experiment, findings: problems } = readWithFindings(raw);
	if (problems.length === 0) return { ...draft, experiment, errors: {} };

	const errors: Draft['errors'] = {};
	for (const problem of problems) {
		// A problem with a part of the sweep names its place, such as `sweep[2].batchSize`.
		const field = problem.field.startsWith('sweep') ? 'sweep' : problem.field;
		if (field === 'sweep' || isFieldName(field)) errors[field] ??= pageSentence(problem);
	}
	const kept: Record<string, unknown> = { ...raw };
	for (const name of Object.keys(errors) as (FieldName | 'sweep')[]) kept[name] = draft.experiment[name];
	if (kept.sweep === undefined) delete kept.sweep;
	const candidate = kept as unknown as Experiment;
	return { ...draft, experiment: checkExperiment(candidate).length === 0 ? candidate : draft.experiment, errors };
}
