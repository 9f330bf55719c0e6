import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROFILES } from '../../src/compiler/profile';
import { GpuContext } from '../../src/gpu/gpuContext';
import { replay } from '../../src/training/replay';
import { errorOf, expectedOf, readCase } from '../cli/cases';
import { oracleCases } from '../support/oracle';
import { openTestGpu } from '../support/webgpu';

/** What tests/oracle/README.md asks of a float32 GPU. */
const LIMITS = { loss: 1e-5, gradient: 2e-4, trainingLoss: 1e-4, gradientNorm: 1e-3 };
/** Half of the embedding in every block's output, again and again: its training is chaotic in float32. */
const looseness = (name: string) => (name === 'hidden-residual' ? 50 : 1);

describe.each(PROFILES)('the $name kernels train every method like float64 PyTorch', (profile) => {
	let gpu: GpuContext;
	const faults: string[] = [];
	beforeAll(async () => {
		gpu = await GpuContext.open(openTestGpu().gpu, profile);
		gpu.adapter.device.addEventListener('uncapturederror', ({ error }) => faults.push(error.message));
	});
	afterAll(() => gpu.close());

	it.each(oracleCases)('%s', async (name) => {
		const replayed = readCase(name);
		const { loss, train, gradients } = expectedOf(name);
		const errors = { loss: 0, gradient: 0, trainingLoss: 0, gradientNorm: 0 };
		const seen = new Set<string>();
		let steps = 0;
		await replay(gpu, replayed, replayed.steps, {
			stepped: (result) => {
				const wanted = train[steps++];
				expect(result.step).toBe(wanted.step);
				if (result.step === 0) errors.loss = Math.abs(result.loss - loss);
				errors.trainingLoss = Math.max(errors.trainingLoss, Math.abs(result.loss - wanted.loss));
				errors.gradientNorm = Math.max(errors.gradientNorm, Math.abs(result.gradNorm / wanted.grad_norm - 1));
			},
			gradients: (found) => {
				for (const [parameter, { data }] of found) {
					seen.add(parameter);
					const [largest, error] = errorOf(data, gradients.get(parameter) as Float32Array);
					errors.gradient = Math.max(errors.gradient, error / largest);
				}
			},
		});
		expect(steps).toBe(train.length);
		expect([...seen].sort()).toEqual([...gradients.keys()].sort());
		expect(errors.loss, 'loss of the first batch').toBeLessThan(LIMITS.loss);
		expect(errors.gradient, 'gradients, each against its own largest').toBeLessThan(LIMITS.gradient);
		expect(errors.trainingLoss, 'losses of the training').toBeLessThan(LIMITS.trainingLoss * looseness(name));
		expect(errors.gradientNorm, 'gradient norms').toBeLessThan(LIMITS.gradientNorm * looseness(name));
		expect(faults).toEqual([]);
	});
});
