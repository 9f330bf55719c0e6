/** Steps with activations and copies of the weights in float16, against steps in float32. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ProfileName, profileNamed } from '../../src/compiler/profile';
import type { OptimizerName } from '../../src/experiment/optimizers';
import { GpuContext } from '../../src/gpu/gpuContext';
import { snapshotBytes, snapshotOf } from '../../src/session/worker/storage/snapshotFile';
import type { ReplayCase } from '../../src/training/replay';
import { Trainer, trainerPlans } from '../../src/training/trainer';
import { openTestGpu } from '../support/webgpu';
import { CASES, caseOf, distance, isCombined, SIZES, type StepCase, trained } from './stepCases';

/** Expects that steps in float16 have the gradients of float32 up to rounding; those of combined methods also in parts and recomputed. */
async function expectHalfSteps(gpu: GpuContext, each: StepCase): Promise<void> {
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

/** Expects that a step whose scaled gradients are beyond float16 changes nothing but the scale. */
export async function expectSkipped(gpu: GpuContext, optimizers: readonly OptimizerName[]): Promise<void> {
	const replayed = caseOf('resformer', SIZES[0]);
	const { model, training, weights, batch, batchSize, length } = replayed;
	for (const optimizer of optimizers) {
		const plans = trainerPlans(model, { batchSize, length, optimizer, precision: 'float16' }, gpu.adapter);
		const trainer = await Trainer.create(gpu, model, { ...training, optimizer }, plans, weights);
		const advance = async () => {
			await gpu.ring.free();
			return trainer.advance(batch(0));
		};
		await advance();
		const before = await trainer.snapshot();
		expect([...(before.lossScale ?? [])]).toEqual([2 ** 16, 1]);
		trainer.restore({ ...before, lossScale: Float32Array.of(2 ** 30, 7) });
		const skipped = await advance();
		expect(skipped.gradNorm).toBe(0);
		const after = await trainer.snapshot();
		expect([...(after.lossScale ?? [])]).toEqual([2 ** 29, 0]);
		for (const part of ['parameters', 'firstMoments', 'secondMoments'] as const) expect(after[part]).toEqual(before[part]);
		let last = skipped;
		for (let step = 0; step < 20 && last.gradNorm === 0; step++) last = await advance();
		expect(last.gradNorm).toBeGreaterThan(0);
		expect(last.loss).toBe(skipped.loss);
		const [scale, steps] = (await trainer.snapshot()).lossScale ?? [];
		expect(scale).toBeLessThan(2 ** 29);
		expect(steps).toBe(1);
		expect((await advance()).loss).not.toBe(skipped.loss);
		trainer.destroy();
	}
}

/** Tests of every method's step with these kernels, to be called in a `describe`. */
export function testHalfSteps(kernels: ProfileName): void {
	let gpu: GpuContext;
	beforeAll(async () => {
		gpu = await GpuContext.open(openTestGpu().gpu, profileNamed(kernels));
		expect(gpu.adapter.storesHalf).toBe(true);
	});
	afterAll(() => gpu.close());

	it.each(CASES)('has the gradient of float32 up to rounding, also in parts and with recomputation: $name, $fields', (each) =>
		expectHalfSteps(gpu, each),
	);

	it('skips an update whose gradients overflow, halves the scale and trains on', () => expectSkipped(gpu, ['adamw', 'sgd', 'muon']));

	it('reports gradients that are not finite whatever the scale', async () => {
		const { model, training, weights, batch, batchSize, length } = caseOf('vanilla', SIZES[0]);
		const plans = trainerPlans(model, { batchSize, length, precision: 'float16' }, gpu.adapter);
		weights['lm_head.weight'][0] = Number.NaN;
		const trainer = await Trainer.create(gpu, model, training, plans, weights);
		trainer.restore({ ...(await trainer.snapshot()), lossScale: Float32Array.of(1, 0) });
		await gpu.ring.free();
		expect((await trainer.advance(batch(0))).gradNorm).toBeNaN();
		trainer.destroy();
	});

	it('keeps its scale in a stored file', async () => {
		const { model, training, weights, batchSize, length } = caseOf('vanilla', SIZES[0]);
		const plans = trainerPlans(model, { batchSize, length, precision: 'float16' }, gpu.adapter);
		const trainer = await Trainer.create(gpu, model, training, plans, weights);
		const { layout } = trainer.arenas;
		const snapshot = { ...(await trainer.snapshot()), lossScale: Float32Array.of(4096, 17) };
		expect(snapshotOf(snapshotBytes(snapshot, layout), snapshot.step, layout)).toEqual(snapshot);
		trainer.destroy();
	});
}
