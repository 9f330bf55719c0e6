import { afterAll, beforeAll, expect, it } from 'vitest';
import { layerMetrics } from '../../src/analysis/analysis';
import { createTask } from '../../src/data/tasks';
import { defaultExperiment } from '../../src/experiment/fields';
import { methodsOf } from '../../src/experiment/methods/names';
import type { Experiment } from '../../src/experiment/types';
import { GpuContext } from '../../src/gpu/gpuContext';
import { Run } from '../../src/training/run';
import { openTestGpu } from '../support/webgpu';

let gpu: GpuContext;
beforeAll(async () => {
	gpu = await GpuContext.open(openTestGpu().gpu);
});
afterAll(() => gpu.close());

async function open(change: Partial<Experiment>): Promise<Run> {
	const small = { layers: 3, heads: 2, hiddenSize: 16, intermediateSize: 32, sequenceLength: 24, batchSize: 4, validationBatches: 1 };
	const experiment: Experiment = { ...defaultExperiment(), task: 'copy', ...small, ...change };
	const run = new Run({ experiment, method: methodsOf(experiment)[0], seed: 1, task: createTask(experiment, '') });
	await run.open(gpu);
	return run;
}

it('a run measures each layer, and its analysis has the same numbers, and norms by position', async () => {
	const run = await open({ methods: ['resformer:learnable'] });
	for (let step = 0; step < 2; step++) await run.advance();
	const measured = await run.measure();
	const analysis = await run.analyse();
	run.close();
	if (!analysis) throw new Error('no analysis');
	expect(measured).toMatchObject(layerMetrics(analysis));
	for (const [name, list] of Object.entries(layerMetrics(analysis))) {
		expect(list, name).toHaveLength(3);
		expect(list.every(Number.isFinite), name).toBe(true);
	}
	expect(analysis.valueNorm.map((norms) => norms.length)).toEqual([24, 24, 24]);
	// Two steps of training have moved λ from ½, by hardly more than the learning rate each.
	const lambdas = (measured['λ₁'] as number[]).slice(1);
	expect(measured['λ₁']).toHaveLength(3);
	for (const lambda of lambdas) {
		expect(lambda).not.toBe(0.5);
		expect(Math.abs(lambda - 0.5)).toBeLessThan(0.01);
	}
});

it('a wide model’s spectra are computed on request only', async () => {
	const run = await open({ methods: ['vanilla'], layers: 2, hiddenSize: 160 });
	const measured = await run.measure();
	const analysis = await run.analyse();
	run.close();
	expect(measured).toHaveProperty('entropy');
	expect(measured).not.toHaveProperty('spectrum');
	expect(analysis?.spectrum).toHaveLength(2);
});
