/**
 * Every field of an experiment, once: its default, its limits and its words. Defaults, the reading of JSON files, the
 * codec of links and the page's form all follow from this table; its order is the order of the fields in a link.
 */

import { MAX_TEXT } from './ownText';
import type { Experiment, Schedule, TaskName } from './types';
import { SCHEDULES, TASK_NAMES } from './types';

export type FieldName = keyof Experiment;

export const FIELD_GROUPS = ['task', 'methods', 'model', 'training', 'probe'] as const;
export type FieldGroup = (typeof FIELD_GROUPS)[number];

interface Words {
	/** What the form writes beside the control. */
	label: string;
	/** Unit of the value; empty for a plain number or name. */
	unit: string;
	/** One line on what it does. */
	help: string;
	group: FieldGroup;
	/** The tasks that it is for; absent = all. With any other task it must keep its default, and a form hides it. */
	tasks?: readonly TaskName[];
}

export interface NumberField<Value extends number | null = number | null> extends Words {
	kind: 'number';
	default: Value;
	integer: boolean;
	/** Smallest value allowed. */
	min: number;
	/** Largest value allowed. */
	max: number;
	/** What null means; absent = null is not allowed. */
	whenNull?: string;
	/** Another field that this one may not exceed. A default that would is lowered to it. */
	atMost?: FieldName;
}

export interface ChoiceField<Value extends string = string> extends Words {
	kind: 'choice';
	default: Value;
	choices: readonly Value[];
}

export interface FlagField extends Words {
	kind: 'flag';
	default: boolean;
}

/** A set of characters: each at most once. */
export interface CharactersField extends Words {
	kind: 'characters';
	default: string;
	/** Largest number of characters (code points). */
	max: number;
}

/** A text of any length up to `max`; `ownText.ts` says what is refused. */
export interface TextField extends Words {
	kind: 'text';
	default: string;
	/** Largest number of characters (code points). */
	max: number;
}

/** A list of distinct method names; `methods.ts` has their grammar. */
export interface MethodsField extends Words {
	kind: 'methods';
	default: string[];
}

/** A list of distinct unsigned 32-bit integers. */
export interface SeedsField extends Words {
	kind: 'seeds';
	default: number[];
}

export type Field = NumberField | ChoiceField | FlagField | CharactersField | TextField | MethodsField | SeedsField;

/** Which kind of field holds a value of type `Value`, so that the table can't disagree with the record. */
type FieldFor<Value> = [Value] extends [boolean]
	? FlagField
	: [Value] extends [number | null]
		? NumberField<Value>
		: [Value] extends [string[]]
			? MethodsField
			: [Value] extends [number[]]
				? SeedsField
				: [Value] extends [string]
					? string extends Value
						? CharactersField | TextField
						: ChoiceField<Value>
					: never;

/** More runs than this (methods × seeds) are refused. */
export const MAX_RUNS = 50;
export const MAX_SEED = 0xffffffff;

const whole = { kind: 'number', integer: true, unit: '' } as const;
const real = { kind: 'number', integer: false, unit: '' } as const;

// biome-ignore format: a table of short lines
export const FIELDS: { readonly [Name in FieldName]: FieldFor<Experiment[Name]> } = {
	task: {
		kind: 'choice', choices: TASK_NAMES, default: 'text' as TaskName,
		label: 'Task', unit: '', group: 'task',
		help: 'What the models learn: the next character of Moby-Dick or of your own text, or a synthetic task that asks for one skill.',
	},
	text: {
		kind: 'text', default: '', max: MAX_TEXT, tasks: ['own-text'],
		label: 'Text', unit: '', group: 'task',
		help: 'Your own text: its characters are the vocabulary, its last tenth is held out.',
	},
	triggers: {
		...whole, default: 3, min: 1, max: 64, tasks: ['backcopy'],
		label: 'Triggers', unit: 'characters', group: 'task',
		help: 'How many of the most frequent characters are triggers: after one, the character before it comes again.',
	},
	triggerCharacters: {
		kind: 'characters', default: '', max: 64, tasks: ['backcopy'],
		label: 'Trigger characters', unit: '', group: 'task',
		help: 'The triggers themselves, each once; empty takes the most frequent characters.',
	},
	vocabularySize: {
		...whole, default: 256, min: 4, max: 8192, tasks: ['mqar', 'induction', 'copy', 'reverse', 'sort'],
		label: 'Vocabulary', unit: 'tokens', group: 'task',
		help: 'Distinct tokens, special ones included. MQAR takes its keys from the lower half and its values from the upper.',
	},
	pairs: {
		...whole, default: 4, min: 1, max: 512, tasks: ['mqar'],
		label: 'Pairs', unit: 'pairs', group: 'task',
		help: 'Key-value pairs to remember; each key is asked for once, so that a sequence needs four tokens a pair.',
	},
	modulus: {
		...whole, default: 113, min: 3, max: 512, tasks: ['modular-addition'],
		label: 'Modulus', unit: '', group: 'task',
		help: 'p: the answer to a, b is (a + b) mod p.',
	},
	trainFraction: {
		...real, default: 0.3, min: 0.01, max: 0.99, tasks: ['modular-addition'],
		label: 'Training share', group: 'task',
		help: 'Share of the p² sums that training sees; the others are held out.',
	},

	methods: {
		kind: 'methods', default: ['vanilla', 'resformer', 'svformer'],
		label: 'Methods', unit: '', group: 'methods',
		help: 'What is compared, such as vanilla, resformer:learnable or svformer+gqa:2.',
	},

	layers: {
		...whole, default: 4, min: 1, max: 32,
		label: 'Layers', group: 'model',
		help: 'Transformer blocks. Value residuals act from the second on.',
	},
	heads: {
		...whole, default: 4, min: 1, max: 64,
		label: 'Heads', group: 'model',
		help: 'Attention heads; must divide the hidden size into even head sizes.',
	},
	kvHeads: {
		...whole, default: null, min: 1, max: 64, whenNull: 'as many as heads',
		label: 'KV heads', group: 'model',
		help: 'Key-value heads (GQA): groups of query heads share one. Empty: as many as heads.',
	},
	hiddenSize: {
		...whole, default: 64, min: 2, max: 4096,
		label: 'Hidden size', unit: 'channels', group: 'model',
		help: 'Width of the residual stream.',
	},
	intermediateSize: {
		...whole, default: 192, min: 1, max: 16384,
		label: 'Intermediate size', unit: 'channels', group: 'model',
		help: 'Width inside the SwiGLU block.',
	},
	sequenceLength: {
		...whole, default: 64, min: 2, max: 2048,
		label: 'Sequence length', unit: 'tokens', group: 'model',
		help: 'Tokens in a training sequence: how far attention can look back.',
	},
	tieWordEmbeddings: {
		kind: 'flag', default: false,
		label: 'Tie embeddings', unit: '', group: 'model',
		help: 'The output head reuses the embedding matrix.',
	},
	ropeTheta: {
		...real, default: 10000, min: 1, max: 10_000_000,
		label: 'RoPE θ', group: 'model',
		help: 'Base of the rotary wavelengths.',
	},
	rmsNormEps: {
		...real, default: 1e-5, min: 1e-10, max: 0.1,
		label: 'RMSNorm ε', group: 'model',
		help: 'Added to the mean square before its root.',
	},

	batchSize: {
		...whole, default: 16, min: 1, max: 1024,
		label: 'Batch size', unit: 'sequences', group: 'training',
		help: 'Sequences in one step.',
	},
	steps: {
		...whole, default: 400, min: 1, max: 1_000_000,
		label: 'Steps', unit: 'steps', group: 'training',
		help: 'Updates of the weights; the schedule of the learning rate spans all of them.',
	},
	learningRate: {
		...real, default: 3e-3, min: 1e-7, max: 1,
		label: 'Learning rate', group: 'training',
		help: 'Peak of the schedule.',
	},
	endLearningRate: {
		...real, default: null, min: 0, max: 1, whenNull: 'a tenth of learningRate', atMost: 'learningRate',
		label: 'End learning rate', group: 'training',
		help: 'Where the cosine schedule ends. Empty: a tenth of the learning rate.',
	},
	warmupSteps: {
		...whole, default: 40, min: 0, max: 1_000_000, atMost: 'steps',
		label: 'Warm-up', unit: 'steps', group: 'training',
		help: 'Steps over which the learning rate rises to its peak.',
	},
	schedule: {
		kind: 'choice', choices: SCHEDULES, default: 'cosine' as Schedule,
		label: 'Schedule', unit: '', group: 'training',
		help: 'How the learning rate goes on after warm-up.',
	},
	weightDecay: {
		...real, default: 0.1, min: 0, max: 10,
		label: 'Weight decay', group: 'training',
		help: 'Decoupled (AdamW), on matrices and embeddings.',
	},
	beta1: {
		...real, default: 0.9, min: 0, max: 0.9999,
		label: 'β₁', group: 'training',
		help: "Decay of AdamW's mean of gradients.",
	},
	beta2: {
		...real, default: 0.95, min: 0, max: 0.99999,
		label: 'β₂', group: 'training',
		help: "Decay of AdamW's mean of squared gradients.",
	},
	epsilon: {
		...real, default: 1e-8, min: 1e-12, max: 0.1,
		label: 'ε', group: 'training',
		help: "Added to the root of AdamW's second moment.",
	},
	clip: {
		...real, default: 1, min: 0, max: 1_000_000,
		label: 'Gradient clip', group: 'training',
		help: 'Largest global gradient norm; 0 turns clipping off.',
	},
	seeds: {
		kind: 'seeds', default: [1],
		label: 'Seeds', unit: '', group: 'training',
		help: 'Each method trains once per seed; methods of one seed share weights and batches.',
	},

	validateEvery: {
		...whole, default: 50, min: 0, max: 1_000_000,
		label: 'Validate every', unit: 'steps', group: 'probe',
		help: 'Steps between two losses on held-out data; 0: only at the end.',
	},
	validationBatches: {
		...whole, default: 8, min: 1, max: 1000,
		label: 'Validation batches', unit: 'batches', group: 'probe',
		help: 'Batches of held-out data in each validation loss.',
	},
	probeEvery: {
		...whole, default: 20, min: 0, max: 1_000_000,
		label: 'Probe every', unit: 'steps', group: 'probe',
		help: 'Steps between two recorded attention maps; 0: never.',
	},
};

export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];

/** True where `name` is a field of an experiment. */
export function isFieldName(name: string): name is FieldName {
	return Object.hasOwn(FIELDS, name);
}

/** The field called `name`, as the union of all kinds of field. */
export function fieldOf(name: FieldName): Field {
	return FIELDS[name];
}

/** True where `name` means something to `task`. */
export function isForTask(name: FieldName, task: TaskName): boolean {
	const { tasks } = fieldOf(name);
	return tasks === undefined || tasks.includes(task);
}

/** Tokens in a sum of modular addition: a, b and `=`. */
export const SUM_LENGTH = 3;

/** A fresh experiment in which every field has its default. */
export function defaultExperiment(): Experiment {
	return structuredClone(Object.fromEntries(FIELD_NAMES.map((name) => [name, FIELDS[name].default]))) as unknown as Experiment;
}

/**
 * The value that a field left out gets beside the other values of `experiment`: that of `base`, lowered to the field
 * that it may not exceed, so that `steps=20` alone is an experiment although the default warm-up is longer. A field that
 * isn't for the task gets the table's default, and a sum's length is what it is.
 */
export function defaultBeside<Name extends FieldName>(name: Name, experiment: Experiment, base: Experiment): Experiment[Name] {
	const field = fieldOf(name);
	if (!isForTask(name, experiment.task)) return structuredClone(field.default) as Experiment[Name];
	if (name === 'sequenceLength' && experiment.task === 'modular-addition') return SUM_LENGTH as Experiment[Name];
	// The length of sums suits no other task.
	const value = name === 'sequenceLength' && base.task === 'modular-addition' ? (field.default as Experiment[Name]) : base[name];
	const limit = field.kind === 'number' && field.atMost !== undefined ? experiment[field.atMost] : undefined;
	if (typeof value === 'number' && typeof limit === 'number') return Math.min(value, limit) as Experiment[Name];
	return structuredClone(value);
}

/** A field's limits in words, such as `a whole number from 1 to 32`. */
export function limitsOf(name: FieldName): string {
	const field = fieldOf(name);
	switch (field.kind) {
		case 'number': {
			const range = `${field.integer ? 'a whole number' : 'a number'} from ${field.min} to ${field.max}`;
			return field.whenNull === undefined ? range : `${range}, or null (${field.whenNull})`;
		}
		case 'choice':
			return `one of ${field.choices.join(', ')}`;
		case 'flag':
			return 'true or false';
		case 'characters':
			return `at most ${field.max} characters, each once`;
		case 'text':
			return `a text of at most ${field.max} characters`;
		case 'methods':
			return 'a list of one or more distinct method names';
		case 'seeds':
			return `a list of one or more distinct whole numbers from 0 to ${MAX_SEED}`;
	}
}
