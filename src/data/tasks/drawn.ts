/** Tasks that draw each sequence independently from the same distribution. */
import type { Experiment } from '../../experiment/types';
import { type Stream, stream } from '../random';
import { answered, type Batch, checkValidationIndex, type Evaluation, IGNORED, meansOf, type Task, type TaskMetrics } from '../task';
import type { Vocabulary } from '../vocabulary';

/** Evaluation batches are the same for all seeds of runs. */
const EVALUATION_SEED = 0;

/**
 * Draws a sequence into `inputs` [T], filled with 0 before, and its answers into `targets` [T], filled with `IGNORED` before.
 *
 * @param heldOut true for validation and probes
 */
export type DrawSequence = (random: Stream, inputs: Int32Array, targets: Int32Array, heldOut: boolean) => void;

/** A task whose sequences `drawSequence` draws. Its metrics are `validationLoss` and `accuracy`, over the answers only. */
export class DrawnTask implements Task {
	readonly vocabulary: Vocabulary;
	readonly vocabularySize: number;
	readonly #experiment: Experiment;
	readonly #drawSequence: DrawSequence;

	constructor(experiment: Experiment, vocabulary: Vocabulary, drawSequence: DrawSequence) {
		this.#experiment = experiment;
		this.vocabulary = vocabulary;
		this.vocabularySize = vocabulary.size;
		this.#drawSequence = drawSequence;
	}

	#draw(random: Stream, heldOut = true): Batch {
		const { batchSize, sequenceLength } = this.#experiment;
		const inputs = new Int32Array(batchSize * sequenceLength);
		const targets = new Int32Array(inputs.length).fill(IGNORED);
		for (let start = 0; start < inputs.length; start += sequenceLength) {
			const end = start + sequenceLength;
			this.#drawSequence(random, inputs.subarray(start, end), targets.subarray(start, end), heldOut);
		}
		return { inputs, targets, batchSize, sequenceLength };
	}

	trainingBatch(seed: number, step: number): Batch {
		return this.#draw(stream(seed, 'batch', step), false);
	}

	validationBatch(index: number): Batch {
		checkValidationIndex(index, this.#experiment.validationBatches);
		return this.#draw(stream(EVALUATION_SEED, 'validation', index));
	}

	probeBatch(): Batch {
		return this.#draw(stream(EVALUATION_SEED, 'probe'));
	}

	metrics(evaluations: readonly Evaluation[]): TaskMetrics {
		const { loss, accuracy } = answered(evaluations);
		return meansOf({ validationLoss: loss, accuracy });
	}
}

/** The texts of `size` tokens: `specials`, then the numbers from 0. */
export function numbered(size: number, specials: readonly string[] = []): string[] {
	return [...specials, ...Array.from({ length: size - specials.length }, (_, number) => String(number))];
}

/** Writes as much of `sequence` into `inputs` as fits. Its tokens from index `answer` on are the targets of the tokens before them. */
export function writeSequence(sequence: ArrayLike<number>, answer: number, inputs: Int32Array, targets: Int32Array): void {
	for (let t = 0; t < Math.min(sequence.length, inputs.length); t++) inputs[t] = sequence[t];
	for (let t = answer; t < sequence.length; t++) targets[t - 1] = sequence[t];
}
