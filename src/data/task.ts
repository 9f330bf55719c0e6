/** Batches and metrics: the interface between every task and training. */
import type { Problem } from '../experiment/types';
import type { Vocabulary } from './vocabulary';

/** The target of a position without a loss, as in PyTorch. The ops ignore every target below 0. */
export const IGNORED = -100;

/** Sequences to train or evaluate on. Positions lie row by row: position t of sequence b is b·T + t. */
export interface Batch {
	/** Tokens [B·T]. */
	inputs: Int32Array;
	/** The right answer at each position [B·T], such as the next token; `IGNORED` if there is no loss. */
	targets: Int32Array;
	/** B. */
	batchSize: number;
	/** T. */
	sequenceLength: number;
	/** Class of each position [B·T], an index into the descriptor's `positionClasses`; absent if the task has none. */
	positionClass?: Uint8Array;
}

/** A batch with a model's losses on it. */
export interface Evaluation {
	batch: Batch;
	/** Cross-entropy of each position in nats [B·T]; any value if the target is `IGNORED`. */
	losses: ArrayLike<number>;
	/** 1 if the largest logit is the target's, else 0 [B·T]; any value if the target is `IGNORED`. Absent = not measured. */
	correct?: ArrayLike<number>;
}

/** Evaluations of the batches that only some tasks have. */
export interface FurtherEvaluations {
	/** Of `trainingEvaluationBatches`. */
	training?: readonly Evaluation[];
	/** Of `repeatedPassageBatch`. */
	repeated?: readonly Evaluation[];
}

/** Numbers by the keys of the descriptor's `metrics`, such as `validationLoss` (nats per token). */
export type TaskMetrics = Record<string, number>;

/** A task with its text and an experiment's sizes. It holds no state: equal calls draw equal batches. */
export interface Task {
	vocabulary: Vocabulary;
	/** V. */
	vocabularySize: number;
	/** Batch of step `step` (from 0) of a run with `seed`. Depends on nothing else: neither on the method nor on the steps before. */
	trainingBatch(seed: number, step: number): Batch;
	/** Held-out batch `index` from 0 to `validationBatches` − 1; the same for all methods and seeds. */
	validationBatch(index: number): Batch;
	/** The batch for attention maps and measurements; held out, the same for all methods and seeds. */
	probeBatch(): Batch;
	/** Batches of training data, if these are few enough to be learned by heart; the same for all methods and seeds. */
	trainingEvaluationBatches?(): readonly Batch[];
	/**
	 * Downstream check of a text: held-out passages of ⌊T/2⌋ tokens, each twice in its sequence. Batch `index` is from 0 to
	 * `validationBatches` − 1, the same for all methods and seeds. Positions whose next token is the same both times have a target.
	 */
	repeatedPassageBatch?(index: number): Batch;
	/** Metrics over all `evaluations` of validation batches together. */
	metrics(evaluations: readonly Evaluation[], further?: FurtherEvaluations): TaskMetrics;
}

/** A task that can't be made from this text with this experiment. `problem` names the field and its limits. */
export class TaskError extends Error {
	readonly problem: Problem;

	/** @param sentence the message as the page words it */
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

/** Sum and number of a value over some positions. */
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

/** `{ name: value }` of the means that have one. */
export function meansOf(means: Readonly<Record<string, Mean>>): TaskMetrics {
	return Object.fromEntries(Object.entries(means).flatMap(([name, { value }]) => (value === null ? [] : [[name, value]])));
}

/** Mean loss over the positions with a target, and share of correct predictions if all `evaluations` have them. */
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

/** Throws unless `index` is that of a validation batch. */
export function checkValidationIndex(index: number, batches: number): void {
	if (!(Number.isInteger(index) && index >= 0 && index < batches))
		throw new RangeError(`validation batch ${index} of ${batches}: count from 0`);
}
