/** Batches computed in parts train as whole ones do, and activations that are computed again to the last bit as kept ones. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { profileNamed } from '../../src/compiler/profile';
import { GpuContext } from '../../src/gpu/gpuContext';
import { openTestGpu } from '../support/webgpu';
import { CASES, caseOf, distance, trained } from './stepCases';
import { alone, forked, runOf, sessionOf, stepTo } from './tinySessions';

describe.each(['subgroup8', 'tiled'] as const)('a training step with %s kernels', (kernels) => {
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
});

describe('a run with batches in parts', () => {
	it.each([
		['text', { methods: ['resformer'] }],
		['backcopy', { task: 'backcopy', methods: ['sink:learned'] }],
		['induction', { task: 'induction', methods: ['vanilla'] }],
		['trigger-conditional', { task: 'trigger-conditional', methods: ['gate:head'], sequenceLength: 8 }],
	])('has the curve of one with whole batches, and its losses on held-out data: %s', async (_, fields) => {
		const train = async (microBatches: number) => {
			const run = await runOf({ ...fields, batchSize: 6, microBatches });
			const metrics: Record<string, unknown>[] = [];
			const { session, losses } = await sessionOf([run], { finished: (_run, found) => metrics.push(found) });
			await session.train();
			await session.close();
			return { losses: losses.get(run.id) as number[], validation: metrics[0].validationLoss as number };
		};
		const [whole, parts] = [await train(1), await train(3)];
		expect(parts.losses).toHaveLength(12);
		parts.losses.forEach((loss, step) => {
			expect(Math.abs(loss - whole.losses[step]), `loss of step ${step}`).toBeLessThan(1e-5);
		});
		expect(Math.abs(parts.validation - whole.validation)).toBeLessThan(1e-5);
		expect(whole.losses[11]).not.toBe(whole.losses[0]);
	});

	it('trains to the bit the same if it computes activations again', async () => {
		const fields = { methods: ['resformer'], validateEvery: 4 };
		expect(await alone({ ...fields, recompute: true })).toEqual(await alone(fields));
	});

	it('continues to the bit after a lost device, and as a fork with more steps', async () => {
		const fields = { methods: ['vanilla'], batchSize: 4, microBatches: 2 };
		const untouched = await alone(fields);
		const run = await runOf(fields);
		let lost = false;
		const { session, losses } = await sessionOf([run], {
			stepped(_, { step }) {
				if (step < 7 || lost) return;
				lost = true;
				session.gpu.adapter.device.destroy();
			},
		});
		await stepTo(session, 4);
		await session.train();
		expect(lost).toBe(true);
		expect(losses.get(run.id)).toEqual(untouched);
		const { session: second, losses: both } = await sessionOf([await runOf(fields, 'parent')]);
		await stepTo(second, 5);
		const fork = await forked(second, second.runs[0], { steps: 14 });
		second.add([fork]);
		await second.train();
		expect((both.get(fork.id) as number[]).slice(5, 12)).toEqual(untouched.slice(5));
		for (const each of [session, second]) await each.close();
	});
});
