/** Batches computed in parts train as whole ones do, and activations that are computed again to the last bit as kept ones. */
import { describe, expect, it } from 'vitest';
import { testStepsInParts } from './stepsInParts';
import { alone, forked, runOf, sessionOf, stepTo } from './tinySessions';

describe('a training step with subgroup8 kernels', () => testStepsInParts('subgroup8'));

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
