import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile';
import { variantKey } from '../../src/compiler/plan';
import { PROFILES } from '../../src/compiler/profile';
import { METHODS } from '../../src/experiment/methods/catalogue';
import { methodsOf } from '../../src/experiment/methods/names';
import { readExperiment } from '../../src/experiment/validate';
import type { ModelConfig } from '../../src/model/config';
import { flopsPerToken, kvCacheBytesPerToken } from '../../src/model/costs';
import { modelConfig } from '../../src/model/experimentModel';
import { parameterCount } from '../../src/model/parameters';
import { trainerPlans } from '../../src/training/trainer';
import { evaluationGraph } from '../../src/training/trainingGraphs';

const V = 7;

/** L 5, H 4, d 24: dh 6, so that a full K or V of a token is 24 numbers and a KV head 6. */
function configOf(name: string): ModelConfig {
	const { experiment, problems } = readExperiment({ methods: [name], layers: 5, heads: 4, hiddenSize: 24, intermediateSize: 10 });
	if (problems.length) throw new Error(problems[0].message);
	return modelConfig(experiment, methodsOf(experiment)[0], V);
}

describe('bytes per token in a KV cache, docs/METHODS.md section 2', () => {
	const full = 24 * 4;
	const oneHead = 6 * 4;
	const table: [string, number][] = [
		['vanilla', 2 * 5 * full],
		['gqa:1', 2 * 5 * oneHead],
		['gqa:2', 2 * 5 * 2 * oneHead],
		['cla:2', 2 * 3 * full],
		['cla:3+gqa:1', 2 * 2 * oneHead],
		['cla:5', 2 * full],
		['svformer', (5 + 1) * full],
		['svformer+gqa:1', (5 + 1) * oneHead],
		['resformer', 2 * 5 * full],
		['resformer:plus', 2 * 5 * full],
		['resformer:dense+gqa:2', 2 * 5 * 2 * oneHead],
		['denseformer', 2 * 5 * full],
		['denseformer+cla:2', 2 * 3 * full],
		['neutreno', 2 * 5 * full],
		['neutreno+resformer+gqa:1', 2 * 5 * oneHead],
		['cross-layer', 2 * 5 * full],
		['query-residual', 2 * 5 * full],
		// (2LG − (L−1)⌊G/2⌋)·dh
		['skipv1', 2 * 5 * full - 4 * 2 * oneHead],
		['skipv1+gqa:2', 2 * 5 * 2 * oneHead - 4 * oneHead],
		['skipv1+value-embedding', 2 * 5 * full - 4 * 2 * oneHead],
		['value-embedding', 2 * 5 * full],
		['value-embedding+svformer', (5 + 1) * full],
		['qk-norm+cla:2', 2 * 3 * full],
		['sink:learned+gate:element', 2 * 5 * full],
	];
	it.each(table)('%s: %i bytes', (name, bytes) => expect(kvCacheBytesPerToken(configOf(name))).toBe(bytes));
});

describe('parameters', () => {
	// Two matrices [V, d]; a layer's four [d, d], three [m, d] and two norms; the last norm.
	const vanilla = 2 * V * 24 + 5 * (4 * 24 * 24 + 3 * 10 * 24 + 2 * 24) + 24;
	const table: [string, number][] = [
		['vanilla', vanilla],
		['gqa:1', vanilla - 5 * 2 * 18 * 24],
		['cla:2', vanilla - 2 * 2 * 24 * 24],
		['svformer', vanilla - 4 * 24 * 24],
		['resformer', vanilla],
		['resformer:learnable', vanilla + 4 * 2],
		['resformer:plus', vanilla + 4 * 2 + 1],
		['resformer:dense', vanilla + 2 + 3 + 4 + 5],
		['denseformer', vanilla + 2 + 3 + 4 + 5 + 6],
		['neutreno', vanilla],
		['cross-layer', vanilla],
		['hidden-residual', vanilla],
		['skipv1', vanilla - 4 * 12 * 24],
		['skipv1+gqa:2', vanilla - 5 * 2 * 12 * 24 - 4 * 6 * 24],
		['value-embedding', vanilla + 5 * (V * 24 + 2)],
		['value-embedding+skipv1', vanilla - 4 * 12 * 24 + V * 24 + 4 * V * 12 + 5 * 2],
		['value-embedding+svformer', vanilla - 4 * 24 * 24 + V * 24 + 2],
		['value-embedding+cla:2', vanilla - 2 * 2 * 24 * 24 + 3 * (V * 24 + 2)],
		['qk-norm', vanilla + 5 * 2 * 6],
		['qk-norm+cla:2', vanilla - 2 * 2 * 24 * 24 + 5 * 6 + 3 * 6],
		['sink:learned', vanilla + 5 * 4],
		['sink:zero', vanilla],
		['gate:head', vanilla + 5 * 4 * 24],
		['gate:element', vanilla + 5 * 24 * 24],
	];
	it.each(table)('%s: %i', (name, count) => expect(parameterCount(configOf(name))).toBe(count));
});

describe('FLOPs per token', () => {
	const names = [
		...METHODS.map(({ name }) => name),
		'cla:3+gqa:1',
		'svformer+gqa:2',
		'cross-layer+gqa:1',
		'attention-residual+gqa:2',
		'skipv1+gqa:2+gate:head',
	];
	it.each(names)('%s: as in the evaluation plan', (name) => {
		const config = configOf(name);
		const [batchSize, length] = [3, 11];
		for (const profile of PROFILES) {
			const { statistics } = compile(evaluationGraph(config, { batchSize, length }), { profile });
			expect(flopsPerToken(config, length)).toBe(statistics.flops / (batchSize * length));
		}
	});

	it('of a model that reads and writes vectors: an input and an output in place of the head', () => {
		const { vocabularySize } = configOf('vanilla');
		const config = { ...configOf('vanilla'), vocabularySize: 0, vectorSize: 16 };
		const { statistics } = compile(evaluationGraph(config, { batchSize: 3, length: 11 }), { profile: PROFILES[0] });
		expect(flopsPerToken(config, 11)).toBe(statistics.flops / 33);
		expect(parameterCount(config)).toBe(parameterCount(configOf('vanilla')) + 2 * 24 * (16 - vocabularySize));
	});

	it('of vanilla, counted manually', () => {
		// A layer: four products of 24·24, three of 24·10, and 4·24 for each of (11 + 1)/2 keys; the head 24·7.
		expect(flopsPerToken(configOf('vanilla'), 11)).toBe(5 * (2 * 4 * 576 + 2 * 3 * 240 + 4 * 24 * 6) + 2 * 24 * 7);
	});
});

describe('plans', () => {
	it('of the default experiment need at most 40 pipelines to compile before the first step', () => {
		const { experiment } = readExperiment({});
		const [profile] = PROFILES;
		const shape = { batchSize: experiment.batchSize, length: experiment.sequenceLength };
		const variants = methodsOf(experiment).flatMap((method) => {
			const plans = trainerPlans(modelConfig(experiment, method, 89), shape, { profile, maxBindingBytes: 128 * 2 ** 20 });
			return [plans.training, plans.evaluation, plans.probe]
				.flatMap((plan) => plan?.dispatches ?? [])
				.map(({ variant }) => variantKey(variant));
		});
		expect(new Set(variants).size).toBeLessThanOrEqual(40);
	});
});
