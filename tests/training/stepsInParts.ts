/** Steps whose batches are computed in parts, and whose activations are computed again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProfileName, profileNamed } from '../../src/compiler/profile';
import { GpuContext } from '../../src/gpu/gpuContext';
import { openTestGpu } from '../support/webgpu';
import { CASES, caseOf, distance, trained } from './stepCases';

/** Tests of every method's step with these kernels, to be called in a `describe`. */
export function testStepsInParts(kernels: ProfileName): void {
	let gpu: GpuContext;
	beforeAll(async () => {
		gpu = await GpuContext.open(openTestGpu().gpu, profileNamed(kernels));
	});
	afterAll(() => gpu.close());

	it.each(CASES)(
		'of a batch in parts has the gradient of the whole batch, with and without recomputation: $name, $sizes.microBatches parts $fields.optimizer',
		async ({ name, sizes, fields }) => {
			const replayed = caseOf(name, sizes, fields);
			const whole = await trained(gpu, replayed);
			const inParts = { ...replayed, microBatches: sizes.microBatches };
			const parts = await trained(gpu, inParts);
			expect(distance(parts.gradients, whole.gradients)).toBeLessThan(1e-6);
			parts.steps.forEach(([loss, gradNorm], step) => {
				expect(Math.abs(loss - whole.steps[step][0]), `loss of step ${step}`).toBeLessThan(1e-5);
				expect(Math.abs(gradNorm / whole.steps[step][1] - 1), `gradient norm of step ${step}`).toBeLessThan(1e-5);
			});
			// Computed again, activations are the same to the last bit.
			expect(await trained(gpu, { ...replayed, recompute: true })).toEqual(whole);
			expect(await trained(gpu, { ...inParts, recompute: true })).toEqual(parts);
		},
	);
}
