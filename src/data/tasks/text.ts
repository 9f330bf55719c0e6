/** Next-character prediction on a text, whose last tenth is held out. */
import { longestSequence, tailStart } from '../../experiment/ownText';
import type { Experiment } from '../../experiment/types';
import { stream } from '../random';
import {
	answered,
	type Batch,
	checkValidationIndex,
	type Evaluation,
	type FurtherEvaluations,
	IGNORED,
	Mean,
	meansOf,
	type Task,
	TaskError,
	type TaskMetrics,
} from '../task';
import { Vocabulary } from '../vocabulary';

class TextTask implements Task {
	readonly vocabulary: Vocabulary;
	readonly vocabularySize: number;
	readonly #experiment: Experiment;
	readonly #tokens: Int32Array;
	/** Index of the first held-out character. */
	readonly #tail: number;

	constructor(experiment: Experiment, text: string) {
		this.#experiment = experiment;
		this.vocabulary = new Vocabulary(text);
		this.vocabularySize = this.vocabulary.size;
		this.#tokens = this.vocabulary.encode(text);
		this.#tail = tailStart(this.#tokens.length);

		const window = experiment.sequenceLength + 1;
		const tail = this.#tokens.length - this.#tail;
		if (this.#tail < window || tail < window) {
			const largest = longestSequence(this.#tokens.length);
			const limit = largest >= 2 ? `sequenceLength may be at most ${largest}` : 'that is too short for any sequenceLength';
			throw new TaskError(
				'sequenceLength',
				`sequenceLength ${experiment.sequenceLength} needs ${window} characters of held-out text, but of this text's ${this.#tokens.length} characters the held-out tenth has ${tail}: ${limit}`,
				`A sequence length of ${experiment.sequenceLength} needs ${window} characters of held-out text. The held-out tenth of this text has ${tail}.`,
			);
		}
	}

	/** A batch with one row per start: T tokens as inputs, and the token after each as its target. */
	#windows(starts: readonly number[]): Batch {
		const { sequenceLength } = this.#experiment;
		const inputs = new Int32Array(starts.length * sequenceLength);
		const targets = new Int32Array(inputs.length);
		starts.forEach((start, row) => {
			inputs.set(this.#tokens.subarray(start, start + sequenceLength), row * sequenceLength);
			targets.set(this.#tokens.subarray(start + 1, start + 1 + sequenceLength), row * sequenceLength);
		});
		return { inputs, targets, batchSize: starts.length, sequenceLength };
	}

	/** Start of window `index` of `count` windows that are evenly spaced over the tail. */
	#tailStart(index: number, count: number): number {
		const last = this.#tokens.length - this.#experiment.sequenceLength - 1;
		return this.#tail + Math.floor(((last - this.#tail) * index) / Math.max(1, count - 1));
	}

	trainingBatch(seed: number, step: number): Batch {
		const random = stream(seed, 'batch', step);
		const starts = this.#tail - this.#experiment.sequenceLength;
		return this.#windows(Array.from({ length: this.#experiment.batchSize }, () => random.integer(starts)));
	}

	validationBatch(index: number): Batch {
		const { batchSize, validationBatches } = this.#experiment;
		checkValidationIndex(index, validationBatches);
		// Row r of batch i is window r·n + i of all n·B, with n batches, so that each batch spans the whole tail.
		const windows = Array.from({ length: batchSize }, (_, row) =>
			this.#tailStart(row * validationBatches + index, validationBatches * batchSize),
		);
		return this.#windows(windows);
	}

	probeBatch(): Batch {
		const { batchSize } = this.#experiment;
		return this.#windows(Array.from({ length: batchSize }, (_, row) => this.#tailStart(row, batchSize)));
	}

	/**
	 * Held-out passages of r = ⌊T/2⌋ characters, each repeated once. Both times, the targets are the passage's characters from
	 * the second on: the first has nothing before it to be predicted from.
	 */
	repeatedPassageBatch(index: number): Batch {
		const { inputs, targets, ...shape } = this.validationBatch(index);
		const { batchSize, sequenceLength } = shape;
		const length = Math.floor(sequenceLength / 2);
		for (let row = 0; row < batchSize; row++) {
			const start = row * sequenceLength;
			const end = start + sequenceLength;
			inputs.copyWithin(start + length, start, start + length);
			targets.fill(IGNORED, start + length - 1, end);
			targets.copyWithin(start + length, start, start + length - 1);
			// An odd length has room for one more token, which has no target.
			if (2 * length < sequenceLength) inputs[end - 1] = inputs[start];
		}
		return { inputs, targets, ...shape };
	}

	/**
	 * `validationLoss` and, with repeated passages, the losses on the first and the second occurrence, and
	 * `inductionDifference`: the second minus the first, nats per token. The further below 0 it is, the more the model uses the
	 * repetition.
	 */
	metrics(evaluations: readonly Evaluation[], { repeated = [] }: FurtherEvaluations = {}): TaskMetrics {
		const [firstShowingLoss, secondShowingLoss, inductionDifference] = [new Mean(), new Mean(), new Mean()];
		for (const { batch, losses } of repeated) {
			const length = Math.floor(batch.sequenceLength / 2);
			for (let row = 0; row < batch.batchSize; row++) {
				for (let t = 0; t < length - 1; t++) {
					const position = row * batch.sequenceLength + t;
					firstShowingLoss.add(losses[position]);
					secondShowingLoss.add(losses[position + length]);
					inductionDifference.add(losses[position + length] - losses[position]);
				}
			}
		}
		return meansOf({ validationLoss: answered(evaluations).loss, firstShowingLoss, secondShowingLoss, inductionDifference });
	}
}

/** @throws TaskError if the text is too short for `experiment.sequenceLength` */
export function createTextTask(experiment: Experiment, text: string): Task {
	return new TextTask(experiment, text);
}
