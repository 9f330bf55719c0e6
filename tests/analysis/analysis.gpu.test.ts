import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analysisOf, oracleFields } from '../../src/analysis/analysis';
import { probeGraph } from '../../src/analysis/probe';
import { compile } from '../../src/compiler/compile';
import type { Batch } from '../../src/data/task';
import { GpuContext } from '../../src/gpu/gpuContext';
import { Trainer, type TrainerPlans, trainerPlans } from '../../src/training/trainer';
import { oracleCases, readOracle } from '../support/oracle';
import { openTestGpu } from '../support/webgpu';
import { largestError } from './errors';

let gpu: GpuContext;
beforeAll(async () => {
	gpu = await GpuContext.open(openTestGpu().gpu);
});
afterAll(() => gpu.close());

/** A case's model on the device, and its first batch. */
async function open(name: string, change?: (plans: TrainerPlans, found: ReturnType<typeof readOracle>) => TrainerPlans) {
	const found = readOracle(name);
	const { model, training, weights, batchSize, length } = found;
	const plans = trainerPlans(model, { batchSize, length }, gpu.adapter);
	const trainer = await Trainer.create(gpu, model, training, change ? change(plans, found) : plans, weights);
	const { tokens, targets } = found.batch(0);
	const batch: Batch = { inputs: Int32Array.from(tokens), targets: Int32Array.from(targets), batchSize, sequenceLength: length };
	return { ...found, trainer, batch };
}

/** Error of the whole batch's analysis. */
async function errorOf({ trainer, batch, model, expected }: Awaited<ReturnType<typeof open>>): Promise<number> {
	const states = await trainer.states(batch);
	if (!states) throw new Error('no states');
	return largestError(oracleFields(analysisOf(model, states, { costly: true })), expected.analysis);
}

describe('on the GPU, measurements are what float64 PyTorch finds', () => {
	it.each(oracleCases)('%s', async (name) => {
		const opened = await open(name);
		const error = await errorOf(opened);
		opened.trainer.destroy();
		// 1e-3 is allowed; lavapipe is within 5e-7.
		expect(error).toBeLessThan(1e-5);
	});

	it('in parts, if not all sequences fit into one probe', async () => {
		const opened = await open('cross-layer', (plans, { model, length }) => ({
			...plans,
			probe: compile(probeGraph(model, 2, length), { profile: gpu.adapter.profile }),
			probeSequences: 2,
		}));
		const error = await errorOf(opened);
		opened.trainer.destroy();
		expect(error).toBeLessThan(1e-5);
	});

	it('parameters are read back by name, as they were written', async () => {
		const { trainer, weights } = await open('resformer-learnable');
		const names = ['model.layers.2.self_attn.value_lambda', 'model.norm.weight', 'model.layers.1.self_attn.value_lambda'];
		const found = await trainer.parameters(names);
		trainer.destroy();
		expect(found).toEqual(Object.fromEntries(names.map((name) => [name, Float32Array.from(weights[name])])));
	});
});
