import type { TrainingConfig } from '../checkpoint/trainingConfig';
import { learningRateAt } from '../experiment/schedule';
import { HYPER } from '../graph/ops/adamW';

/** The optimiser's numbers for a step (from 0), in the order of the `hyper` input. */
export function hyperAt(training: TrainingConfig, step: number): Float32Array {
	const numbers: Record<(typeof HYPER)[number], number> = {
		learningRate: learningRateAt(training, step),
		correction1: 1 - training.beta1 ** (step + 1),
		correction2: 1 - training.beta2 ** (step + 1),
		weightDecay: training.weightDecay,
		beta1: training.beta1,
		beta2: training.beta2,
		epsilon: training.epsilon,
		clip: training.clip,
	};
	return Float32Array.from(HYPER, (name) => numbers[name]);
}
