import { COMMON_FIELDS } from './commonFields';
import { FIELDS, type FieldName } from './fields';
import { methodLabel } from './methods/names';
import type { Experiment, Problem } from './types';
import { checkWithSentences } from './validate';

type Table = typeof COMMON_FIELDS;
/** Fields that a fork may change: the method, the seed and the settings of training, but not the model's sizes or the task. */
export type ForkField = { [Name in keyof Table]: Table[Name] extends { forkable: true } ? Name : never }[keyof Table];

export const isForkField = (name: string): name is ForkField =>
	Object.hasOwn(COMMON_FIELDS, name) && 'forkable' in COMMON_FIELDS[name as keyof Table];

export const FORK_FIELDS = Object.keys(COMMON_FIELDS).filter(isForkField);

/** The experiment of a fork: that of the run it was made from, with one field changed. */
export const forkExperiment = (experiment: Experiment, change: Partial<Experiment>): Experiment => ({ ...experiment, ...change });

/** The field that a fork with this change differs in, which may need more steps too; undefined unless there is one. */
export function changedField(change: Partial<Experiment>): string | undefined {
	const names = Object.keys(change);
	const others = names.filter((name) => name !== 'steps');
	return others.length > 1 ? undefined : (others[0] ?? names[0]);
}

/** Problems with a fork of a run of `experiment` (one method, one seed) after `step` updates; empty if the fork is valid. */
export function forkProblems(experiment: Experiment, change: Partial<Experiment>, step: number): Problem[] {
	const field = changedField(change);
	if (field === undefined)
		return [{ field: Object.keys(change)[1] ?? '', message: 'a fork changes one field, with or without the number of steps' }];
	if (!isForkField(field)) return [{ field, message: `${field} can’t change while a model trains; these can: ${FORK_FIELDS.join(', ')}` }];
	const next = forkExperiment(experiment, change);
	const problems = checkWithSentences(next);
	if (problems.length > 0) return problems;
	if (next.methods.length !== 1 || next.seeds.length !== 1) return [{ field, message: 'a fork has one method and one seed' }];
	if (JSON.stringify(next[field]) === JSON.stringify(experiment[field])) return [{ field, message: `${field} already has this value` }];
	if (next.steps <= step) return [{ field: 'steps', message: `steps must be more than the ${step} that the run has done` }];
	return [];
}

/** A change as text: `learning rate 0.001`, `SVFormer`. */
export function changeText(change: Partial<Experiment>): string {
	return Object.entries(change)
		.map(([name, value]) => {
			if (name === 'methods') return methodLabel((value as string[])[0]);
			if (name === 'seeds') return `seed ${(value as number[])[0]}`;
			return `${FIELDS[name as FieldName].label.toLowerCase()} ${value}`;
		})
		.join(', ');
}
