/**
 * An experiment is one flat record: the same field names serve a JSON file, a link's hash, the page's form and the
 * terminal. Everything a run needs follows from it and from nothing else.
 */

export const TASK_NAMES = ['text', 'backcopy', 'mqar', 'induction', 'modular-addition', 'copy', 'reverse', 'sort', 'own-text'] as const;
export type TaskName = (typeof TASK_NAMES)[number];

/** Whether a task's tokens are characters; the others' are numbers. */
export const readsCharacters = (task: TaskName): boolean => task === 'text' || task === 'backcopy' || task === 'own-text';

export const SCHEDULES = ['cosine', 'constant'] as const;
export type Schedule = (typeof SCHEDULES)[number];

export interface Experiment {
	/** `text`: next character of Moby-Dick; `backcopy`: Bigram-Backcopy on that book's bigrams; the others: `src/data/tasks/`. */
	task: TaskName;
	/** Own text: the text itself, read by code point; empty for every other task. */
	text: string;
	/** Bigram-Backcopy: how many of the most frequent characters are triggers. */
	triggers: number;
	/** Bigram-Backcopy: the triggers themselves; empty = the `triggers` most frequent characters. */
	triggerCharacters: string;
	/** MQAR, induction, copy, reverse, sort: distinct tokens, `<s>` and the separator included. */
	vocabularySize: number;
	/** MQAR: key-value pairs in a sequence, N. */
	pairs: number;
	/** Modular addition: p. */
	modulus: number;
	/** Modular addition: share of the p² sums to train on. */
	trainFraction: number;

	layers: number;
	heads: number;
	/** Key-value heads (GQA); null = as many as `heads`. */
	kvHeads: number | null;
	hiddenSize: number;
	intermediateSize: number;
	sequenceLength: number;
	tieWordEmbeddings: boolean;
	ropeTheta: number;
	rmsNormEps: number;

	/** What is compared, as canonical method names such as `vanilla`, `resformer:learnable`, `svformer`. */
	methods: string[];

	batchSize: number;
	steps: number;
	learningRate: number;
	/** null = a tenth of `learningRate`. */
	endLearningRate: number | null;
	warmupSteps: number;
	schedule: Schedule;
	weightDecay: number;
	beta1: number;
	beta2: number;
	epsilon: number;
	/** Largest global gradient norm; 0 = off. */
	clip: number;
	seeds: number[];

	/** Steps between two validation losses; 0 = only at the end. */
	validateEvery: number;
	/** Batches of held-out data in each validation loss. */
	validationBatches: number;
	/** Steps between two recorded attention maps; 0 = never. */
	probeEvery: number;
}

/** One thing wrong with an experiment: `field` names it, `message` says what and the limits. */
export interface Problem {
	field: string;
	message: string;
}
