/**
 * The trigger-conditional mean (docs/METHODS.md section 4; after arXiv 2603.11487): vectors x [T, n] with one trigger, at
 * position j, uniform in 3..T. The answer at j is the mean of x₂ … x_j, and 0 elsewhere. Positions count from 1:
 *
 *     coordinate 0 is 1 at BOS, position 1, alone; 1 at the trigger alone; n − 1 everywhere else
 *     coordinates 2 to n − 2 are uniform in (−1, 1), and 0 at BOS
 */
import { triggerConditional, VECTOR_SIZE } from '../../experiment/tasks/triggerConditional';
import type { Experiment } from '../../experiment/types';
import { type Stream, stream } from '../random';
import { type Batch, checkValidationIndex, type Evaluation, Mean, meansOf, type Task, type TaskMetrics } from '../task';
import { Vocabulary } from '../vocabulary';

const [START, NON_TRIGGER, TRIGGER] = ['start', 'nonTrigger', 'trigger'].map((name) => triggerConditional.positionClasses.indexOf(name));

/** Names of positions, by their class. */
const NAMES = ['BOS', '·', 'trigger'];

/** Evaluation batches are the same for all seeds of runs. */
const EVALUATION_SEED = 0;

class TriggerConditionalTask implements Task {
	readonly vocabulary = Vocabulary.ofWords(NAMES);
	readonly vocabularySize = NAMES.length;

	constructor(private readonly experiment: Experiment) {}

	private draw(random: Stream): Batch {
		const { batchSize, sequenceLength } = this.experiment;
		const inputs = new Int32Array(batchSize * sequenceLength);
		const size = inputs.length * VECTOR_SIZE;
		const vectors = { inputs: new Float32Array(size), targets: new Float32Array(size) };
		for (let row = 0; row < batchSize; row++) {
			const first = row * sequenceLength;
			const trigger = 2 + random.integer(sequenceLength - 2);
			const sum = new Float64Array(VECTOR_SIZE);
			for (let t = 0; t < sequenceLength; t++) {
				const x = vectors.inputs.subarray((first + t) * VECTOR_SIZE, (first + t + 1) * VECTOR_SIZE);
				const kind = t === 0 ? START : t === trigger ? TRIGGER : NON_TRIGGER;
				inputs[first + t] = kind;
				if (kind === START) {
					x[0] = 1;
					continue;
				}
				x[kind === TRIGGER ? 1 : VECTOR_SIZE - 1] = 1;
				for (let c = 2; c < VECTOR_SIZE - 1; c++) x[c] = 2 * random.uniform() - 1;
				if (t > trigger) continue;
				for (let c = 0; c < VECTOR_SIZE; c++) sum[c] += x[c];
			}
			vectors.targets.set(
				sum.map((value) => value / trigger),
				(first + trigger) * VECTOR_SIZE,
			);
		}
		return {
			inputs,
			targets: new Int32Array(inputs.length),
			batchSize,
			sequenceLength,
			positionClass: Uint8Array.from(inputs),
			vectors,
		};
	}

	trainingBatch(seed: number, step: number): Batch {
		return this.draw(stream(seed, 'batch', step));
	}

	validationBatch(index: number): Batch {
		checkValidationIndex(index, this.experiment.validationBatches);
		return this.draw(stream(EVALUATION_SEED, 'validation', index));
	}

	probeBatch(): Batch {
		return this.draw(stream(EVALUATION_SEED, 'probe'));
	}

	/** The squared error of all positions, BOS included, of triggers, and of the others. */
	metrics(evaluations: readonly Evaluation[]): TaskMetrics {
		const [validationLoss, triggerError, nonTriggerError] = Array.from({ length: 3 }, () => new Mean());
		for (const { batch, losses } of evaluations)
			for (let i = 0; i < batch.inputs.length; i++) {
				validationLoss.add(losses[i]);
				(batch.inputs[i] === TRIGGER ? triggerError : nonTriggerError).add(losses[i]);
			}
		return meansOf({ validationLoss, triggerError, nonTriggerError });
	}
}

export function createTriggerConditionalTask(experiment: Experiment): Task {
	return new TriggerConditionalTask(experiment);
}
