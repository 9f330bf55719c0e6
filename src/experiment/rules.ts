/** What must hold between the fields of an experiment, each rule once. Limits of single fields are in `fields.ts`. */
import { FIELD_NAMES, type FieldName, fieldOf, MAX_RUNS } from './fields';
import { parseMethod } from './methods';
import type { Experiment, Method } from './types';

export interface Rule {
	/** The fields it ties together; the first is the one a form marks. */
	fields: readonly [FieldName, ...FieldName[]];
	/** What is wrong, in one sentence that names the fields; null where the rule holds. */
	check(experiment: Experiment): string | null;
}

function parsed(experiment: Experiment): Method[] {
	return experiment.methods.flatMap((name) => {
		const result = parseMethod(name);
		return result.ok ? [result.method] : [];
	});
}

/** `atMost` in the table of fields, as rules. */
const atMostRules: Rule[] = FIELD_NAMES.flatMap((name) => {
	const field = fieldOf(name);
	if (field.kind !== 'number' || field.atMost === undefined) return [];
	const limit = field.atMost;
	const check = (experiment: Experiment): string | null => {
		const value = experiment[name] as number | null;
		const largest = experiment[limit] as number;
		return value !== null && value > largest ? `${name} ${value} must be at most ${limit} ${largest}` : null;
	};
	return [{ fields: [name, limit], check }];
});

export const RULES: readonly Rule[] = [
	{
		fields: ['heads', 'hiddenSize'],
		check: ({ heads, hiddenSize }) => {
			if (hiddenSize % heads !== 0) return `heads ${heads} must divide hiddenSize ${hiddenSize}`;
			const headSize = hiddenSize / heads;
			return headSize % 2 === 0
				? null
				: `hiddenSize ${hiddenSize} / heads ${heads} is a head size of ${headSize}; it must be even (RoPE turns pairs of channels)`;
		},
	},
	{
		fields: ['kvHeads', 'heads'],
		check: ({ kvHeads, heads }) => (kvHeads !== null && heads % kvHeads !== 0 ? `kvHeads ${kvHeads} must divide heads ${heads}` : null),
	},
	{
		fields: ['methods', 'heads'],
		check: (experiment) => {
			const method = parsed(experiment).find(({ kvHeads }) => kvHeads !== null && experiment.heads % kvHeads !== 0);
			return method ? `methods: \`${method.name}\` needs a number of KV heads that divides heads ${experiment.heads}` : null;
		},
	},
	{
		fields: ['methods', 'layers'],
		check: (experiment) => {
			const method = parsed(experiment).find(({ mixedLayers }) => mixedLayers?.some((layer) => layer > experiment.layers));
			return method ? `methods: \`${method.name}\` mixes in a layer beyond layers ${experiment.layers}` : null;
		},
	},
	...atMostRules,
	{
		fields: ['triggerCharacters', 'task'],
		check: ({ triggerCharacters, task }) =>
			triggerCharacters !== '' && task !== 'backcopy'
				? `triggerCharacters is for task backcopy only; with task ${task} it must be empty`
				: null,
	},
	{
		fields: ['seeds', 'methods'],
		check: ({ seeds, methods }) =>
			seeds.length * methods.length > MAX_RUNS
				? `seeds × methods is ${seeds.length} × ${methods.length} = ${seeds.length * methods.length} runs; at most ${MAX_RUNS} are allowed`
				: null,
	},
];
