/** Training with activations and copies of the weights in float16, against training in float32. */
import { describe, expect, it } from 'vitest';
import { profileNamed } from '../../src/compiler/profile';
import { GpuContext } from '../../src/gpu/gpuContext';
import { clampHalves } from '../support/clampHalves';
import { openTestGpu } from '../support/webgpu';
import { expectSkipped, testHalfSteps } from './halfSteps';
import { alone, forked, runOf, sessionOf, stepTo } from './tinySessions';

describe('a training step in float16 with subgroup8 kernels', () => testHalfSteps('subgroup8'));

it('skips an update whose gradients overflow where a number that is too large becomes the largest float16', async () => {
	const gpu = await GpuContext.open(openTestGpu().gpu, profileNamed('subgroup8'));
	clampHalves(gpu.adapter.device);
	await expectSkipped(gpu, ['adamw']);
	gpu.close();
});

describe('a run in float16', () => {
	it('continues to the bit after a lost device, and as a fork with more steps', async () => {
		const fields = { methods: ['resformer'], precision: 'float16', validateEvery: 4 };
		const untouched = await alone(fields);
		expect(untouched).not.toEqual(await alone({ ...fields, precision: 'float32' }));
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

	it('trains vectors too', async () => {
		const fields = { task: 'trigger-conditional', methods: ['gate:head'], sequenceLength: 8 };
		const [full, half] = [await alone(fields), await alone({ ...fields, precision: 'float16' })];
		expect(half).not.toEqual(full);
		half.forEach((loss, step) => {
			expect(Math.abs(loss - full[step]), `loss of step ${step}`).toBeLessThan(1e-3);
		});
	});

	it('ends where seeds in float32 end: the mean loss of the last steps is within their spread', async () => {
		const sizes = { layers: 2, heads: 1, hiddenSize: 32, intermediateSize: 64, sequenceLength: 32, batchSize: 8 };
		const fields = { ...sizes, task: 'backcopy', methods: ['resformer'], steps: 80, learningRate: 5e-3 };
		const end = (losses: readonly number[]) => losses.slice(-20).reduce((sum, loss) => sum + loss, 0) / 20;
		const seeds = [1, 2, 3, 4];
		const full: number[][] = [];
		for (const seed of seeds) full.push(await alone({ ...fields, seeds: [seed] }));
		const ends = full.map(end);
		const spread = Math.max(...ends) - Math.min(...ends);
		expect(spread).toBeGreaterThan(0.005);
		for (const seed of [1, 2]) {
			const half = await alone({ ...fields, seeds: [seed], precision: 'float16' });
			expect(end(half)).toBeLessThan(0.9 * half[0]);
			expect(Math.abs(end(half) - ends[seed - 1])).toBeLessThan(spread / 2);
		}
	});

	it('is refused without shader-f16, with the name of the field and of the adapter', async () => {
		const run = await runOf({ methods: ['vanilla'], precision: 'float16' });
		const { session } = await sessionOf([await runOf({ methods: ['vanilla'] }, 'other')]);
		const adapter = { ...session.gpu.adapter, storesHalf: false, name: 'Test GPU' };
		expect(() => run.layout(adapter)).toThrow('precision float16 needs shader-f16, which Test GPU does not have: choose float32');
		await session.close();
	});
});
