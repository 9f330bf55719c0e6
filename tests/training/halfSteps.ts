import { expect } from 'vitest';
import type { GpuContext } from '../../src/gpu/gpuContext';
import type { ReplayCase } from '../../src/training/replay';
import { caseOf, distance, isCombined, type StepCase, trained } from './stepCases';

/** Expects that steps in float16 have the gradients of float32 up to rounding; those of combined methods also in parts and recomputed. */
export async function expectHalfSteps(gpu: GpuContext, each: StepCase): Promise<void> {
	const { name, sizes, fields } = each;
	const full = caseOf(name, sizes, fields);
	const half: ReplayCase = { ...full, precision: 'float16' };
	const [expected, found] = [await trained(gpu, full), await trained(gpu, half)];
	const error = distance(found.gradients, expected.gradients);
	// Not 0: something is stored in float16.
	expect(error).toBeGreaterThan(1e-5);
	expect(error).toBeLessThan(5e-3);
	found.steps.forEach(([loss, gradNorm], step) => {
		expect(Math.abs(loss - expected.steps[step][0]), `loss of step ${step}`).toBeLessThan(5e-3);
		expect(Math.abs(gradNorm / expected.steps[step][1] - 1), `gradient norm of step ${step}`).toBeLessThan(1e-2);
	});
	// To the last bit.
	expect(await trained(gpu, half)).toEqual(found);
	// Other methods are other graphs for the same rules.
	if (!isCombined(each)) return;
	expect(await trained(gpu, { ...half, recompute: true })).toEqual(found);
	const parts = await trained(gpu, { ...half, microBatches: sizes.microBatches });
	expect(distance(parts.gradients, expected.gradients)).toBeLessThan(5e-3);
}
