/** What must hold between the fields of an experiment, each rule once. Limits of single fields are in `fields.ts`. */
import { FIELD_NAMES, type FieldName, fieldOf, isForTask, MAX_RUNS, SUM_LENGTH } from './fields';
import type { Method } from './methods';
import { methodSizeProblem, parseMethod } from './methods/names';
import { characterCount, longestSequence, shortTextProblem } from './ownText';
import type { Experiment } from './types';

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

/** `tasks` in the table of fields, as rules. */
const taskRules: Rule[] = FIELD_NAMES.flatMap((name) => {
	const field = fieldOf(name);
	if (field.tasks === undefined) return [];
	const tasks = field.tasks.length > 1 ? `tasks ${field.tasks.join(', ')}` : `task ${field.tasks[0]}`;
	const kept = field.default === '' ? 'be empty' : `stay ${field.default}`;
	const check = (experiment: Experiment): string | null =>
		isForTask(name, experiment.task) || experiment[name] === field.default
			? null
			: `${name} is for ${tasks} only; with task ${experiment.task} it must ${kept}`;
	return [{ fields: [name, 'task'], check }];
});

/** Sizes that a method asks for, as its descriptors say. */
const methodRules: Rule[] = (['heads', 'layers', 'kvHeads'] as const).map((field) => ({
	fields: ['methods', field],
	check: (experiment) => {
		for (const method of parsed(experiment)) {
			const kvHeads = method.kvHeads ?? experiment.kvHeads ?? experiment.heads;
			const problem = methodSizeProblem(method, { layers: experiment.layers, heads: experiment.heads, kvHeads });
			if (problem?.field === field) return `methods: \`${method.name}\` ${problem.message}`;
		}
		return null;
	},
}));

/** What a task asks of the sizes. */
const sizeRules: Rule[] = [
	{
		fields: ['text', 'task'],
		check: ({ task, text }) => {
			if (task !== 'own-text') return null;
			if (text === '') return 'text: task own-text needs a text, pasted or dropped (a link holds only short ones)';
			const problem = shortTextProblem(text);
			return problem && `text ${problem}`;
		},
	},
	{
		fields: ['sequenceLength', 'text', 'task'],
		check: ({ task, text, sequenceLength }) => {
			if (task !== 'own-text' || text === '') return null;
			const largest = longestSequence(characterCount(text));
			return sequenceLength <= largest || largest < 2
				? null
				: `sequenceLength ${sequenceLength} needs ${sequenceLength + 1} characters of held-out text; this text's last tenth has ${largest + 1}: at most ${largest}`;
		},
	},
	{
		fields: ['sequenceLength', 'task'],
		check: ({ task, sequenceLength }) =>
			task === 'modular-addition' && sequenceLength !== SUM_LENGTH
				? `sequenceLength ${sequenceLength}: a sum of task modular-addition has ${SUM_LENGTH} tokens (a, b, =), so it must be ${SUM_LENGTH}`
				: null,
	},
	{
		fields: ['sequenceLength', 'task'],
		check: ({ task, sequenceLength }) =>
			(task === 'copy' || task === 'reverse' || task === 'sort') && sequenceLength < 3
				? `sequenceLength ${sequenceLength}: task ${task} needs at least 3 (<s>, a token and the separator)`
				: null,
	},
	{
		fields: ['pairs', 'sequenceLength', 'task'],
		check: ({ task, pairs, sequenceLength }) =>
			task === 'mqar' && 4 * pairs > sequenceLength
				? `pairs ${pairs} needs a sequenceLength of at least ${4 * pairs} (four tokens a pair), not ${sequenceLength}`
				: null,
	},
	{
		fields: ['vocabularySize', 'pairs', 'task'],
		check: ({ task, pairs, vocabularySize }) =>
			task === 'mqar' && pairs > Math.floor(vocabularySize / 2) - 1
				? `vocabularySize ${vocabularySize} has ${Math.floor(vocabularySize / 2) - 1} keys for pairs ${pairs}; it must be at least ${2 * pairs + 2}`
				: null,
	},
];

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
	...methodRules,
	...atMostRules,
	...taskRules,
	...sizeRules,
	{
		fields: ['seeds', 'methods'],
		check: ({ seeds, methods }) =>
			seeds.length * methods.length > MAX_RUNS
				? `seeds × methods is ${seeds.length} × ${methods.length} = ${seeds.length * methods.length} runs; at most ${MAX_RUNS} are allowed`
				: null,
	},
];
