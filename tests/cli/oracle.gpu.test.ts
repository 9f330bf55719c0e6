import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROFILES } from '../../src/compiler/profile';
import { replay } from '../../src/training/replay';
import { Workbench } from '../../src/training/workbench';
import { openTestGpu } from '../support/webgpu';
import { CASES, type ExpectedStep, expectedOf, expectGradients, expectSteps, readCase } from './cases';

describe.each(PROFILES)('the $name kernels train like float64 PyTorch', (profile) => {
	let bench: Workbench;
	const faults: string[] = [];
	beforeAll(async () => {
		bench = await Workbench.open(openTestGpu().gpu, profile);
		bench.adapter.device.addEventListener('uncapturederror', ({ error }) => faults.push(error.message));
	});
	afterAll(() => bench.close());

	it.each(CASES)('%s: loss, every gradient, every AdamW step', async (name) => {
		const replayed = readCase(name);
		const expected = expectedOf(name);
		const steps: ExpectedStep[] = [];
		let gradients = new Map<string, ArrayLike<number>>();
		await replay(bench, replayed, replayed.steps, {
			stepped: ({ step, loss, gradNorm, learningRate }) => steps.push({ step, loss, grad_norm: gradNorm, lr: learningRate }),
			gradients: (found) => {
				gradients = new Map([...found].map(([key, { data }]) => [key, data]));
			},
		});
		expectSteps(steps, expected.train);
		expect(steps[0].loss).toBeCloseTo(expected.loss, 5);
		expectGradients(gradients, expected.gradients);
		expect(faults).toEqual([]);
	});
});
