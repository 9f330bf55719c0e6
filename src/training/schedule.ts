import type { TrainingConfig } from '../checkpoint/trainingConfig';
import { learningRateAt } from '../experiment/schedule';
import { HYPER } from '../graph/ops/hyper';

/** The optimiser's numbers for a step (from 0), in the order of the `hyper` input. */
export function hyperAt(training: TrainingConfig, step: number): Float32Array {
	const learningRate = learningRateAt(training, step);
	const numbers: Record<(typeof HYPER)[number], number> = {
		learningRate,
		correction1: 1 - training.beta1 ** (step + 1),
		correction2: 1 - training.beta2 ** (step + 1),
		weightDecay: training.weightDecay,
		beta1: training.beta1,
		beta2: training.beta2,
		epsilon: training.epsilon,
		clip: training.clip,
		momentum: training.momentum,
		// Its own peak, and the shape of the main rate's schedule. Muon refuses a peak of 0.
		muonLearningRate: training.optimizer === 'muon' ? (training.muonLearningRate * learningRate) / training.learningRate : 0,
		muonMomentum: training.muonMomentum,
	};
	return Float32Array.from(HYPER, (name) => numbers[name]);
}
