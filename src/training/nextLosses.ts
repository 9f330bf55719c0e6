import type { GpuContext } from '../gpu/gpuContext';
import type { ModelConfig } from '../model/config';
import { type LoadModel, Run } from './run';
import { type Snapshot, Trainer } from './trainer';

/** Losses and gradient norms of consecutive steps. */
export interface StepNumbers {
	losses: number[];
	gradNorms: number[];
}

/** Loads a model for training alone, without probes. */
const loadTrainer: LoadModel = async (gpu, { config, training, plans, weights, clock }, progress) => ({
	trainer: await Trainer.create(gpu, config, training, { ...plans.training, probe: null, probeSequences: 0 }, weights, progress, clock),
	probes: null,
});

/**
 * Numbers of the next `count` steps of a run, or of as many as it has left, from a state of it on the same kind of device. The run
 * itself does not change. A run in float16 continues in float32, because the numbers are compared with another program's.
 *
 * @param state null = its first weights
 * @throws ShaderError, PlanError
 */
export async function nextLosses(
	gpu: GpuContext,
	run: Run,
	state: { snapshot: Snapshot; valueScheme: ModelConfig['valueScheme'] } | null,
	count: number,
): Promise<StepNumbers> {
	const { method, seed, task, id } = run;
	const experiment = { ...run.experiment, precision: 'float32' as const };
	const copy = new Run({ experiment, method, seed, task, id });
	copy.config.valueScheme = structuredClone(state?.valueScheme ?? run.config.valueScheme);
	copy.initialWeights = run.initialWeights;
	if (state) copy.continueFrom(state.snapshot);
	const numbers: StepNumbers = { losses: [], gradNorms: [] };
	const steps = Math.min(count, experiment.steps - copy.step);
	if (steps <= 0) return numbers;
	await copy.open(gpu, { load: loadTrainer });
	try {
		for (let i = 0; i < steps; i++) {
			await gpu.ring.free();
			const result = await copy.advance();
			if (!result) return gpu.lost;
			numbers.losses.push(result.loss);
			numbers.gradNorms.push(result.gradNorm);
		}
		return numbers;
	} finally {
		copy.close();
	}
}
