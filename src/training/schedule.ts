import type { TrainingConfig } from '../checkpoint/trainingConfig';
import { HYPER } from '../graph/ops/adamW';

/** Learning rate of step `step` (from 0): docs/METHODS.md section 1. Stopping early never rescales it. */
export function learningRateAt(
	{ learningRate: peak, endLearningRate: end, warmupSteps, schedule, steps }: TrainingConfig,
	step: number,
): number {
	if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
	if (schedule === 'constant') return peak;
	const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
	return end + 0.5 * (peak - end) * (1 + Math.cos(Math.PI * progress));
}

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
