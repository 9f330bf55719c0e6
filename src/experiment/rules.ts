/** Conditions between fields of an experiment. Limits of single fields are in the table of fields. */
import { MAX_RUNS } from './commonFields';
import { FIELD_NAMES, FIELDS, type FieldName, fieldOf, forcedBy, isForTask, labelInSentence } from './fields';
import type { Method } from './methods';
import { methodSizeProblem, parseMethod, readsTokens } from './methods/names';
import { TASK_NAMES, taskDescriptor } from './tasks';
import type { RuleProblem } from './tasks/descriptor';
import type { Experiment } from './types';

export interface Rule {
	/** The fields that the condition involves. The form marks the first. */
	fields: readonly [FieldName, ...FieldName[]];
	/** null if the rule holds. */
	check(experiment: Experiment): RuleProblem | null;
}

function parsed(experiment: Experiment): Method[] {
	return experiment.methods.flatMap((name) => {
		const result = parseMethod(name);
		return result.ok ? [result.method] : [];
	});
}

/** A problem with a method, which the message already names. */
function aboutMethods(message: string): RuleProblem {
	return { message: `methods: ${message}`, sentence: `${message}.` };
}

/** `atMost` in the table of fields, as rules. */
const atMostRules: Rule[] = FIELD_NAMES.flatMap((name) => {
	const field = fieldOf(name);
	if (field.kind !== 'number' || field.atMost === undefined) return [];
	const limit = field.atMost as FieldName;
	const check = (experiment: Experiment): RuleProblem | null => {
		const value = experiment[name] as number | null;
		const largest = experiment[limit] as number;
		if (value === null || value <= largest) return null;
		return {
			message: `${name} ${value} must be at most ${limit} ${largest}`,
			sentence: `${field.label} must be at most ${largest} (${labelInSentence(limit)}), not ${value}.`,
		};
	};
	return [{ fields: [name, limit], check }];
});

/** `tasks` in the table of fields, as rules. */
const usedByRules: Rule[] = FIELD_NAMES.flatMap((name) => {
	const field = fieldOf(name);
	if (field.tasks === undefined) return [];
	const users = TASK_NAMES.filter((task) => isForTask(name, task));
	const tasks = users.length > 1 ? `tasks ${users.join(', ')}` : `task ${users[0]}`;
	const labels = users.map((task) => taskDescriptor(task).label).join(', ');
	const kept = field.default === '' ? 'be empty' : `stay ${field.default}`;
	const check = (experiment: Experiment): RuleProblem | null =>
		isForTask(name, experiment.task) || experiment[name] === field.default
			? null
			: {
					message: `${name} is for ${tasks} only; with task ${experiment.task} it must ${kept}`,
					sentence: `${field.label} is used only by: ${labels}.`,
				};
	return [{ fields: [name, 'task'], check }];
});

/** `sizeProblem` of the methods' descriptors, as rules. */
const methodRules: Rule[] = (['heads', 'layers', 'kvHeads'] as const).map((field) => ({
	fields: ['methods', field],
	check: (experiment) => {
		for (const method of parsed(experiment)) {
			const kvHeads = method.kvHeads ?? experiment.kvHeads ?? experiment.heads;
			const problem = methodSizeProblem(method, { layers: experiment.layers, heads: experiment.heads, kvHeads });
			if (problem?.field === field) return aboutMethods(`\`${method.name}\` ${problem.message}`);
		}
		return null;
	},
}));

/** Methods that look tokens up, with a task whose models read vectors. */
const tokensRule: Rule = {
	fields: ['methods', 'task'],
	check: (experiment) => {
		const { vectorSize, label } = taskDescriptor(experiment.task);
		const method = vectorSize === undefined ? undefined : parsed(experiment).find(readsTokens);
		return method ? aboutMethods(`\`${method.name}\` looks tokens up in a table, but models of “${label}” read vectors`) : null;
	},
};

/** `forces` of the tasks' descriptors, as rules. */
const forcedRules: Rule[] = FIELD_NAMES.filter((name) => TASK_NAMES.some((task) => forcedBy(task, name))).map((name) => ({
	fields: [name, 'task'],
	check: (experiment) => {
		const { task } = experiment;
		const forced = forcedBy(task, name);
		if (!forced || JSON.stringify(experiment[name]) === JSON.stringify(forced.value)) return null;
		return {
			message: `${name} ${experiment[name]}: with task ${task} ${forced.because}, so it must be ${forced.value}`,
			sentence: `${FIELDS[name].label} must be ${forced.value} with this task: ${forced.because}.`,
		};
	},
}));

/** The rules of the tasks' descriptors. An experiment has the fields of every task, so the cast to `never` is safe. */
const taskRules: Rule[] = TASK_NAMES.flatMap((name) =>
	taskDescriptor(name).rules.map(({ fields, check }): Rule => {
		const [first, ...others] = fields as readonly [FieldName, ...FieldName[]];
		return {
			fields: [first, ...others, 'task'],
			check: (experiment) => (experiment.task === name ? check(experiment as never) : null),
		};
	}),
);

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const RULES: readonly Rule[] = [
	{
		fields: ['heads', 'hiddenSize'],
		check: ({ heads, hiddenSize }) => {
			if (hiddenSize % heads !== 0)
				return {
					message: `heads ${heads} must divide hiddenSize ${hiddenSize}`,
					sentence: `${heads} heads do not divide the hidden size ${hiddenSize}.`,
				};
			const headSize = hiddenSize / heads;
			return headSize % 2 === 0
				? null
				: {
						message: `hiddenSize ${hiddenSize} / heads ${heads} is a head size of ${headSize}; it must be even (RoPE rotates pairs of channels)`,
						sentence: `${plural(heads, 'head')} and a hidden size of ${hiddenSize} give a head size of ${headSize}. It must be even, because RoPE rotates pairs of channels.`,
					};
		},
	},
	{
		fields: ['kvHeads', 'heads'],
		check: ({ kvHeads, heads }) =>
			kvHeads !== null && heads % kvHeads !== 0
				? {
						message: `kvHeads ${kvHeads} must divide heads ${heads}`,
						sentence: `${plural(kvHeads, 'KV head')} do not divide ${plural(heads, 'head')}.`,
					}
				: null,
	},
	{
		fields: ['microBatches', 'batchSize'],
		check: ({ microBatches, batchSize }) =>
			batchSize % microBatches !== 0
				? {
						message: `microBatches ${microBatches} must divide batchSize ${batchSize}`,
						sentence: `${microBatches} micro-batches do not divide the batch size ${batchSize}.`,
					}
				: null,
	},
	...methodRules,
	tokensRule,
	...atMostRules,
	...usedByRules,
	...forcedRules,
	...taskRules,
	{
		fields: ['seeds', 'methods'],
		check: ({ seeds, methods }) => {
			const runs = seeds.length * methods.length;
			return runs > MAX_RUNS
				? {
						message: `seeds × methods is ${seeds.length} × ${methods.length} = ${runs} runs; at most ${MAX_RUNS} are allowed`,
						sentence: `${plural(seeds.length, 'seed')} × ${plural(methods.length, 'method')} is ${runs} runs. At most ${MAX_RUNS} are allowed.`,
					}
				: null;
		},
	},
];
