/**
 * Modular addition (docs/METHODS.md section 4; after Power et al., *Grokking*, arXiv 2201.02177, and Nanda et al., arXiv
 * 2301.05217): (a, b, =) → (a + b) mod p at the position of `=`. Training uses a fixed share of the p² sums, the same for
 * every seed. A larger share contains all sums of a smaller one.
 */
import { SUM_LENGTH } from '../../experiment/tasks/modularAddition';
import type { Experiment } from '../../experiment/types';
import { stream } from '../random';
import {
	answered,
	type Batch,
	checkValidationIndex,
	type Evaluation,
	type FurtherEvaluations,
	IGNORED,
	meansOf,
	type Task,
	type TaskMetrics,
} from '../task';
import { Vocabulary } from '../vocabulary';
import { numbered } from './drawn';

/** The split is the same for all seeds of runs. */
const SPLIT_SEED = 0;

/** Metrics: `validationLoss` and `accuracy` on held-out sums, `trainingLoss` and `trainingAccuracy` on those trained on. */
class ModularAdditionTask implements Task {
	readonly vocabulary: Vocabulary;
	readonly vocabularySize: number;
	readonly #experiment: Experiment;
	/** Sums as a·p + b, shuffled. */
	readonly #trained: Int32Array;
	readonly #held: Int32Array;

	constructor(experiment: Experiment) {
		const { modulus, trainFraction } = experiment;
		this.#experiment = experiment;
		this.vocabulary = Vocabulary.ofWords([...numbered(modulus), '=']);
		this.vocabularySize = this.vocabulary.size;
		const sums = Int32Array.from({ length: modulus ** 2 }, (_, i) => i);
		const random = stream(SPLIT_SEED, 'split', modulus);
		for (let i = sums.length - 1; i > 0; i--) {
			const j = random.integer(i + 1);
			[sums[i], sums[j]] = [sums[j], sums[i]];
		}
		const count = Math.min(sums.length - 1, Math.max(1, Math.round(trainFraction * sums.length)));
		this.#trained = sums.subarray(0, count);
		this.#held = sums.subarray(count);
	}

	/** The batch of sums from index `start`. Rows past the end repeat the first sums, without a target. */
	#batch(sums: Int32Array, start = 0): Batch {
		const { batchSize, modulus } = this.#experiment;
		const inputs = new Int32Array(batchSize * SUM_LENGTH);
		const targets = new Int32Array(inputs.length).fill(IGNORED);
		for (let row = 0; row < batchSize; row++) {
			const index = start + row;
			const sum = sums[index % sums.length];
			const [a, b] = [Math.floor(sum / modulus), sum % modulus];
			inputs.set([a, b, modulus], row * SUM_LENGTH);
			if (index < sums.length) targets[row * SUM_LENGTH + 2] = (a + b) % modulus;
		}
		return { inputs, targets, batchSize, sequenceLength: SUM_LENGTH };
	}

	/** Draws from the training sums with replacement. */
	trainingBatch(seed: number, step: number): Batch {
		const random = stream(seed, 'batch', step);
		const drawn = Int32Array.from({ length: this.#experiment.batchSize }, () => this.#trained[random.integer(this.#trained.length)]);
		return this.#batch(drawn);
	}

	/** The batches go through the held-out sums once; a batch past the last sum has no target. */
	validationBatch(index: number): Batch {
		checkValidationIndex(index, this.#experiment.validationBatches);
		return this.#batch(this.#held, index * this.#experiment.batchSize);
	}

	probeBatch(): Batch {
		return this.#batch(this.#held);
	}

	/** Each training sum once, in at most `validationBatches` batches. */
	trainingEvaluationBatches(): Batch[] {
		const { batchSize, validationBatches } = this.#experiment;
		const count = Math.min(validationBatches, Math.ceil(this.#trained.length / batchSize));
		return Array.from({ length: count }, (_, index) => this.#batch(this.#trained, index * batchSize));
	}

	metrics(evaluations: readonly Evaluation[], { training }: FurtherEvaluations = {}): TaskMetrics {
		const [held, trained] = [answered(evaluations), answered(training)];
		return meansOf({
			validationLoss: held.loss,
			accuracy: held.accuracy,
			trainingLoss: trained.loss,
			trainingAccuracy: trained.accuracy,
		});
	}
}

export function createModularAdditionTask(experiment: Experiment): Task {
	return new ModularAdditionTask(experiment);
}
