/** The learning rate by step, and its sum: docs/METHODS.md sections 1 and 3. */
import type { Experiment } from './types';

export type ScheduleSettings = Pick<Experiment, 'learningRate' | 'endLearningRate' | 'warmupSteps' | 'schedule' | 'steps'>;

/** Learning rate that a cosine schedule ends with: the experiment's, or a tenth of the peak. */
export function endLearningRateOf({ learningRate, endLearningRate }: Pick<ScheduleSettings, 'learningRate' | 'endLearningRate'>): number {
	return endLearningRate ?? learningRate / 10;
}

/** Learning rate of step `step` (from 0). Stopping early never rescales it. */
export function learningRateAt(settings: ScheduleSettings, step: number): number {
	const { learningRate: peak, warmupSteps, schedule, steps } = settings;
	if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
	if (schedule === 'constant') return peak;
	const end = endLearningRateOf(settings);
	const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
	return end + 0.5 * (peak - end) * (1 + Math.cos(Math.PI * progress));
}

/** Sum of the learning rates of the first `steps` steps, warm-up included. With Muon it is the sum of AdamW's rates. */
export function cumulativeLearningRate(settings: ScheduleSettings, steps = settings.steps): number {
	let sum = 0;
	for (let step = 0; step < steps; step++) sum += learningRateAt(settings, step);
	return sum;
}
