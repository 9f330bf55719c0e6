/** Next character of a text; the last tenth is held out. */
import type { Experiment } from '../../experiment/types';
import { stream } from '../random';
import { type Batch, checkValidationIndex, type Evaluation, IGNORED, Mean, meansOf, type Task, TaskError, type TaskMetrics } from '../task';
import { Vocabulary } from '../vocabulary';

/** Share of the text that training may see. */
const TRAINING_SHARE = 0.9;

class TextTask implements Task {
	readonly vocabulary: Vocabulary;
	readonly vocabularySize: number;
	readonly positionClasses = [];
	readonly #experiment: Experiment;
	readonly #tokens: Int32Array;
	/** Where the held-out tail starts. */
	readonly #tail: number;

	constructor(experiment: Experiment, text: string) {
		this.#experiment = experiment;
		this.vocabulary = new Vocabulary(text);
		this.vocabularySize = this.vocabulary.size;
		this.#tokens = this.vocabulary.encode(text);
		this.#tail = Math.floor(this.#tokens.length * TRAINING_SHARE);

		const window = experiment.sequenceLength + 1;
		const tail = this.#tokens.length - this.#tail;
		if (this.#tail < window || tail < window) {
			const largest = Math.min(this.#tail, tail) - 1;
			const limit = largest >= 2 ? `sequenceLength may be at most ${largest}` : 'that is too short for any sequenceLength';
			throw new TaskError(
				'sequenceLength',
				`sequenceLength ${experiment.sequenceLength} needs ${window} characters of held-out text, but of this text's ${this.#tokens.length} characters the held-out tenth has ${tail}: ${limit}`,
			);
		}
	}

	/** Windows of T + 1 tokens from `starts`: T inputs, and the same shifted by one as targets. */
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

	/** Window `index` of `count`, evenly spaced over the tail from its first character to its last. */
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
		// Row r of batch i is window r·n + i of all n·B, so that each batch alone already spans the whole tail.
		const windows = Array.from({ length: batchSize }, (_, row) =>
			this.#tailStart(row * validationBatches + index, validationBatches * batchSize),
		);
		return this.#windows(windows);
	}

	probeBatch(): Batch {
		const { batchSize } = this.#experiment;
		return this.#windows(Array.from({ length: batchSize }, (_, row) => this.#tailStart(row, batchSize)));
	}

	metrics(evaluations: readonly Evaluation[]): TaskMetrics {
		const validationLoss = new Mean();
		for (const { batch, losses } of evaluations) {
			for (let i = 0; i < batch.targets.length; i++) if (batch.targets[i] !== IGNORED) validationLoss.add(losses[i]);
		}
		return meansOf({ validationLoss });
	}
}

/** Throws a `TaskError` where the text is too short for `experiment.sequenceLength`. */
export function createTextTask(experiment: Experiment, text: string): Task {
	return new TextTask(experiment, text);
}
