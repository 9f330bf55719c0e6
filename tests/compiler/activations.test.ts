/** Memory that a training step's activations take: at most half if they are computed again, and linear in every size. */
import { describe, expect, it } from 'vitest';
import { profileNamed } from '../../src/compiler/profile';
import { defaultExperiment } from '../../src/experiment/fields';
import { METHODS } from '../../src/experiment/methods/catalogue';
import { methodsOf } from '../../src/experiment/methods/names';
import type { Experiment } from '../../src/experiment/types';
import { modelConfig } from '../../src/model/experimentModel';
import { trainerPlans } from '../../src/training/trainer';
import { stepShape } from '../../src/training/trainingGraphs';

/** The bench's `base`. */
const BASE = { layers: 8, hiddenSize: 256, heads: 8, intermediateSize: 704, sequenceLength: 256, batchSize: 4 };
const VOCABULARY = 256;
/** Largest part of float32's activations that float16's take, with the copy of the weights. */
const MOST_IN_HALF = { tiled: 0.66, subgroup8: 0.75 };

function statisticsOf(fields: Partial<Experiment>, kernels: 'tiled' | 'subgroup8' = 'tiled') {
	const experiment = { ...defaultExperiment(), ...BASE, methods: ['vanilla'], ...fields };
	const config = modelConfig(experiment, methodsOf(experiment)[0], VOCABULARY);
	return trainerPlans(config, stepShape(experiment), { profile: profileNamed(kernels), maxBindingBytes: 2 ** 27 }).training.statistics;
}

const bytesOf = (...args: Parameters<typeof statisticsOf>): number => statisticsOf(...args).activationBytes;

describe.each(['tiled', 'subgroup8'] as const)('%s kernels', (kernels) => {
	it.each(METHODS.map(({ name }) => name))('keep at most half of the activations of %s if they compute them again', (name) => {
		const [kept, again] = [false, true].map((recompute) => statisticsOf({ methods: [name], recompute }, kernels));
		// Layers that share keys and values keep them for one another.
		expect(again.activationBytes).toBeLessThanOrEqual((name.startsWith('cla') ? 0.6 : 0.5) * kept.activationBytes);
		expect(again.flops).toBeLessThan(1.27 * kept.flops);
	});

	it.each(METHODS.map(({ name }) => name))('take less memory in float16: %s', (name) => {
		const [full, half] = (['float32', 'float16'] as const).map((precision) => bytesOf({ methods: [name], precision }, kernels));
		// Software adapters keep the results of attention in float32. Parts of gradients are float32 everywhere.
		expect(half).toBeLessThan(MOST_IN_HALF[kernels] * full);
	});

	it('take at most 260 MB in all at these sizes', () => {
		const { activationBytes, arenaBytes } = statisticsOf({}, kernels);
		expect(activationBytes + arenaBytes).toBeLessThan(260e6);
	});

	it.each([false, true])('take memory that grows no faster than length, layers and batch, recomputed: %s', (recompute) => {
		for (const name of ['sequenceLength', 'layers', 'batchSize'] as const) {
			const [one, two] = [1, 2].map((times) => bytesOf({ [name]: times * BASE[name], recompute }, kernels));
			expect(two / one, name).toBeLessThan(2.02);
		}
	});

	it('take memory that falls with the number of micro-batches', () => {
		const [one, two, four] = [1, 2, 4].map((microBatches) => bytesOf({ microBatches, recompute: true }, kernels));
		expect(two).toBeLessThan(0.7 * one);
		expect(four).toBeLessThan(0.7 * two);
	});
});
