/** What a task hands to training and evaluation, whatever the task. */
import type { Problem } from '../experiment/types';
import type { Vocabulary } from './vocabulary';

/** The target of a position without a loss, as in PyTorch. The ops ignore every target below 0. */
export const IGNORED = -100;

/** Sequences to train or evaluate on. Positions lie row by row: position t of sequence b is b·T + t. */
export interface Batch {
	/** Tokens [B·T]. */
	inputs: Int32Array;
	/** Next tokens [B·T], or whatever the task asks for; `IGNORED` where there is no loss. */
	targets: Int32Array;
	/** B. */
	batchSize: number;
	/** T. */
	sequenceLength: number;
	/** Class of each position [B·T], an index into the descriptor's `positionClasses`; absent if the task has none. */
	positionClass?: Uint8Array;
}

/** A batch with what a model made of it. */
export interface Evaluation {
	batch: Batch;
	/** Cross-entropy of each position in nats [B·T]; any value where the target is `IGNORED`. */
	losses: ArrayLike<number>;
	/** 1 where the largest logit is the target's, else 0 [B·T]; any value where the target is `IGNORED`. Absent = not measured. */
	correct?: ArrayLike<number>;
}

/** Evaluations of the batches that only some tasks have. */
export interface FurtherEvaluations {
	/** Of `trainingEvaluationBatches`. */
	training?: readonly Evaluation[];
	/** Of `repeatedPassageBatch`. */
	repeated?: readonly Evaluation[];
}

/** Numbers with their published names, such as `validationLoss` (nats a token). */
export type TaskMetrics = Record<string, number>;

/** A task with its text and an experiment's sizes. Holds no state: every call draws the same again. */
export interface Task {
	vocabulary: Vocabulary;
	/** V. */
	vocabularySize: number;
	/** Batch of step `step` (from 0) of a run with `seed`. Depends on nothing else: neither on the method nor on the steps before. */
	trainingBatch(seed: number, step: number): Batch;
	/** Held-out batch `index` from 0 to `validationBatches` − 1; the same for all methods and seeds. */
	validationBatch(index: number): Batch;
	/** The batch on which attention is looked at; held out, the same for all methods and seeds. */
	probeBatch(): Batch;
	/** Batches of what is trained on, where training data are few enough to be learned by heart; the same for all methods and seeds. */
	trainingEvaluationBatches?(): readonly Batch[];
	/**
	 * Downstream check of a text: held-out passages of ⌊T/2⌋ tokens, each shown twice in its sequence. Batch `index` from 0 to
	 * `validationBatches` − 1, the same for all methods and seeds. A target wherever both showings have the same next token.
	 */
	repeatedPassageBatch?(index: number): Batch;
	/** What the losses say about the model, over all `evaluations` of validation batches together. */
	metrics(evaluations: readonly Evaluation[], further?: FurtherEvaluations): TaskMetrics;
}

/** A task that can't be made of this text with this experiment; `problem` names the field and its limits. */
export class TaskError extends Error {
	readonly problem: Problem;

	constructor(field: string, message: string) {
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

	/** null where nothing was added. */
	get value(): number | null {
		return this.#count ? this.#sum / this.#count : null;
	}
}

/** `{ name: value }` of the means that have one. */
export function meansOf(means: Readonly<Record<string, Mean>>): TaskMetrics {
	return Object.fromEntries(Object.entries(means).flatMap(([name, { value }]) => (value === null ? [] : [[name, value]])));
}

/** Mean loss, and share of correct predictions where all `evaluations` have them, over the positions with a target. */
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
