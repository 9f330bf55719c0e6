/** Batches and metrics: the interface between every task and training. */
import type { Problem } from '../experiment/types';
import type { Vocabulary } from './vocabulary';

/** The target of a position without a loss, as in PyTorch. Ops ignore every target below 0. */
export const IGNORED = -100;

/** Sequences to train or evaluate on. Position t of sequence b has index b·T + t. */
export interface Batch {
	/** Tokens [B·T]. With `vectors`, the name of each position, which models do not read. */
	inputs: Int32Array;
	/** The right answer at each position [B·T], such as the next token; `IGNORED` if there is no loss. With `vectors`, 0. */
	targets: Int32Array;
	/** B. */
	batchSize: number;
	/** T. */
	sequenceLength: number;
	/** Class of each position [B·T], an index into the descriptor's `positionClasses`; absent if the task has none. */
	positionClass?: Uint8Array;
	/** Inputs and right answers of a model of vectors, [B·T, n] each. */
	vectors?: { inputs: Float32Array; targets: Float32Array };
}

/** A batch with a model's losses on it. */
export interface Evaluation {
	batch: Batch;
	/** Loss of each position [B·T], cross-entropy in nats or a mean squared error; any value if the target is `IGNORED`. */
	losses: ArrayLike<number>;
	/** 1 if the largest logit is the target's, else 0 [B·T]; any value if the target is `IGNORED`. Absent = not measured, or no logits. */
	correct?: ArrayLike<number>;
}

/** Evaluations of batches that only some tasks have. */
export interface FurtherEvaluations {
	/** Of `trainingEvaluationBatches`. */
	training?: readonly Evaluation[];
	/** Of `repeatedPassageBatch`. */
	repeated?: readonly Evaluation[];
}

/** Numbers by the keys of the descriptor's `metrics`, such as `validationLoss` (nats per token). */
export type TaskMetrics = Record<string, number>;

/** A task for the sizes of an experiment and a text. It has no mutable state: equal calls return equal batches. */
export interface Task {
	/** Of a task of vectors: the names of its positions. */
	vocabulary: Vocabulary;
	/** V. */
	vocabularySize: number;
	/** The batch of `step` (from 0) in every run with `seed`. It does not depend on the method or on earlier steps. */
	trainingBatch(seed: number, step: number): Batch;
	/** Held-out batch `index` from 0 to `validationBatches` − 1; the same for all methods and seeds. */
	validationBatch(index: number): Batch;
	/** The batch for attention maps and measurements; held out, the same for all methods and seeds. */
	probeBatch(): Batch;
	/** Batches of training data, for a task with so little of it that models memorise it; the same for all methods and seeds. */
	trainingEvaluationBatches?(): readonly Batch[];
	/**
	 * Held-out passages of ⌊T/2⌋ tokens, each twice in its sequence, for an in-context measurement on texts. `index` is from 0
	 * to `validationBatches` − 1; batches are the same for all methods and seeds. Only positions whose next token is the same
	 * both times have a target.
	 */
	repeatedPassageBatch?(index: number): Batch;
	/** Metrics over all `evaluations` of validation batches together. */
	metrics(evaluations: readonly Evaluation[], further?: FurtherEvaluations): TaskMetrics;
}

/** A task that can't be created for this text and experiment. `problem` names the field and its limits. */
export class TaskError extends Error {
	readonly problem: Problem;

	/** @param sentence the message as a sentence for the page */
	constructor(
		field: string,
		message: string,
		readonly sentence: string,
	) {
		super(message);
		this.name = 'TaskError';
		this.problem = { field, message };
	}
}

/** A running mean. */
export class Mean {
	#sum = 0;
	#count = 0;

	add(value: number): void {
		this.#sum += value;
		this.#count++;
	}

	/** null if nothing was added. */
	get value(): number | null {
		return this.#count ? this.#sum / this.#count : null;
	}
}

/** `{ name: value }` of the means to which something was added. */
export function meansOf(means: Readonly<Record<string, Mean>>): TaskMetrics {
	return Object.fromEntries(Object.entries(means).flatMap(([name, { value }]) => (value === null ? [] : [[name, value]])));
}

/** Mean loss over the positions with a target, and the share of correct predictions if all `evaluations` have `correct`. */
export function answered(evaluations: readonly Evaluation[] = []): { loss: Mean; accuracy: Mean } {
	const [loss, accuracy] = [new Mean(), new Mean()];
	const counted = evaluations.every(({ correct }) => correct);
	for (const { batch, losses, correct } of evaluations) {
		for (let i = 0; i < batch.targets.length; i++) {
			if (batch.targets[i] === IGNORED) continue;
			loss.add(losses[i]);
			if (counted) accuracy.add(correct?.[i] ? 1 : 0);
		}
	}
	return { loss, accuracy };
}

/** @throws RangeError unless `index` is that of a validation batch */
export function checkValidationIndex(index: number, batches: number): void {
	if (!(Number.isInteger(index) && index >= 0 && index < batches))
		throw new RangeError(`validation batch ${index} of ${batches}: count from 0`);
}
