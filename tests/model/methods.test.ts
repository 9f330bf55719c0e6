import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/checkpoint/config';
import { methodsOf } from '../../src/experiment/methods/names';
import { readExperiment } from '../../src/experiment/validate';
import type { ModelConfig } from '../../src/model/config';
import { modelConfig } from '../../src/model/experimentModel';
import { mixingWeights } from '../../src/model/mixing';
import { parametersOf } from '../../src/model/parameters';
import { FIXED_LAMBDAS, lambdaInputs, NEUTRENO_LAMBDA } from '../../src/model/transformer';
import { initialWeights } from '../../src/training/initialize';
import { evaluationGraph } from '../../src/training/trainingGraphs';

function configOf(name: string, layers = 4): ModelConfig {
	const { experiment, problems } = readExperiment({ methods: [name], layers, heads: 2, hiddenSize: 8, intermediateSize: 6 });
	if (problems.length) throw new Error(problems[0].message);
	return modelConfig(experiment, methodsOf(experiment)[0], 5);
}

/** Numbers that the parameters whose names match start at. */
function starts(config: ModelConfig, part: RegExp): Record<string, number[]> {
	const found = [...parametersOf(config)].filter(([name]) => part.test(name));
	return Object.fromEntries(found.map(([name, { start }]) => [name, 'values' in start ? [...start.values] : []]));
}

describe('trained weights start as docs/METHODS.md section 2 says', () => {
	it('learnable: (½, ½) a layer from the second on', () => {
		expect(starts(configOf('resformer:learnable', 3), /value_/)).toEqual({
			'model.layers.1.self_attn.value_lambda': [0.5, 0.5],
			'model.layers.2.self_attn.value_lambda': [0.5, 0.5],
		});
	});

	it('plus: ℓ 0.3·n with n from 0, s = L, λ₂ ½', () => {
		const found = starts(configOf('resformer:plus', 3), /value_/);
		expect(found).toEqual({
			'model.layers.1.self_attn.value_logit': [0.3],
			'model.layers.2.self_attn.value_logit': [0.6],
			'model.value_scale': [3],
			'model.layers.1.self_attn.value_lambda': [0.5],
			'model.layers.2.self_attn.value_lambda': [0.5],
		});
	});

	it('dense: ½ on V₁ and Vₙ, else 0', () => {
		expect(Object.values(starts(configOf('resformer:dense'), /value_/))).toEqual([
			[0.5, 0.5],
			[0.5, 0, 0.5],
			[0.5, 0, 0, 0.5],
		]);
	});

	it('DenseFormer: 1 on the block’s own output, so that it starts as vanilla', () => {
		expect(Object.values(starts(configOf('denseformer', 3), /depth_weights/))).toEqual([
			[0, 1],
			[0, 0, 1],
			[0, 0, 0, 1],
		]);
	});
});

describe('fixed λ are inputs, so that a slider can move them while training runs', () => {
	it.each([
		['resformer', [FIXED_LAMBDAS]],
		['neutreno', [NEUTRENO_LAMBDA]],
		['neutreno(0.1)+resformer', [NEUTRENO_LAMBDA, FIXED_LAMBDAS]],
		['resformer:plus', []],
		['cross-layer', []],
	])('%s', (name, inputs) => {
		const config = configOf(name);
		const graph = evaluationGraph(config, { batchSize: 1, length: 3 });
		const found = [...graph.inputs.keys()].filter((input) => input !== 'tokens' && input !== 'targets');
		expect(found.sort()).toEqual([...inputs].sort());
		expect(Object.keys(lambdaInputs(config)).sort()).toEqual([...inputs].sort());
		for (const [input, numbers] of Object.entries(lambdaInputs(config)))
			expect(graph.inputs.get(input)?.shape.reduce((product, extent) => product * extent)).toBe(numbers.length);
	});

	it('NeuTRENO’s λ is 0.4 alone, 0.2 on ResFormer, or the one that is asked for', () => {
		expect(lambdaInputs(configOf('neutreno'))).toEqual({ [NEUTRENO_LAMBDA]: [0.4] });
		expect(lambdaInputs(configOf('neutreno+resformer'))[NEUTRENO_LAMBDA]).toEqual([0.2]);
		expect(lambdaInputs(configOf('neutreno(0.7)+resformer'))[NEUTRENO_LAMBDA]).toEqual([0.7]);
		expect(lambdaInputs(configOf('neutreno(0)'))[NEUTRENO_LAMBDA]).toEqual([0]);
	});

	it('a sparse form mixes in the last ⌈3L/8⌉ layers, or those asked for', () => {
		const lambdas = (name: string) => configOf(name, 5).valueScheme.lambdas;
		expect(lambdas('resformer:sparse')).toEqual([
			[0, 1],
			[0, 1],
			[0, 1],
			[5, 1],
			[5, 1],
		]);
		expect(lambdas('resformer:sparse(3;2;layers=2.5)')).toEqual([
			[0, 1],
			[3, 2],
			[0, 1],
			[0, 1],
			[3, 2],
		]);
	});
});

describe('trained weights for people to watch', () => {
	const shown = (name: string, layers = 3) => {
		const config = configOf(name, layers);
		const weights = initialWeights(config, 1);
		return mixingWeights(config).map(({ layer, label, names, value }) => {
			for (const parameter of names) expect(Object.keys(weights)).toContain(parameter);
			return [layer + 1, label, value((parameter) => weights[parameter])] as const;
		});
	};

	it('has none where nothing is trained', () => {
		for (const name of ['vanilla', 'resformer', 'neutreno', 'svformer', 'cross-layer', 'cla:2']) expect(shown(name)).toEqual([]);
	});

	it('names λ by layer', () => {
		expect(shown('resformer:learnable')).toEqual([
			[2, 'λ₁', 0.5],
			[2, 'λ₂', 0.5],
			[3, 'λ₁', 0.5],
			[3, 'λ₂', 0.5],
		]);
		expect(shown('resformer:dense')).toEqual([
			[2, 'λ on V₁', 0.5],
			[2, 'λ on V₂', 0.5],
			[3, 'λ on V₁', 0.5],
			[3, 'λ on V₂', 0],
			[3, 'λ on V₃', 0.5],
		]);
	});

	it('gives λ₁ of the plus form as the model uses it', () => {
		const found = shown('resformer:plus', 3);
		const share = 1 / (1 + Math.exp(-0.3));
		expect(found.map(([layer, label]) => [layer, label])).toEqual([
			[2, 'λ₁'],
			[2, 'λ₂'],
			[3, 'λ₁'],
			[3, 'λ₂'],
		]);
		expect(found[0][2]).toBeCloseTo(3 * (1 - share), 6);
		expect(found[2][2]).toBeCloseTo(3 * share, 6);
		expect(found[1][2]).toBe(0.5);
	});

	it('gives depth weights beside a scheme’s λ', () => {
		const found = shown('denseformer+resformer:learnable', 2);
		expect(found).toEqual([
			[1, 'α on X₀', 0],
			[1, 'α on X₁', 1],
			[2, 'λ₁', 0.5],
			[2, 'λ₂', 0.5],
			[2, 'α on X₀', 0],
			[2, 'α on X₁', 0],
			[2, 'α on X₂', 1],
		]);
	});
});

describe('a checkpoint’s config with no defined formula is refused by name', () => {
	const base = { vocab_size: 5, hidden_size: 8, intermediate_size: 6, num_hidden_layers: 2, num_attention_heads: 2 };
	it.each([
		[{ kv_sharing: 2, value_scheme: { name: 'resformer' } }, 'kv_sharing 2 with value_scheme resformer'],
		[{ kv_sharing: 3, value_scheme: { name: 'neutreno' } }, 'kv_sharing 3 with value_scheme neutreno'],
		[{ kv_sharing: 2, value_scheme: { name: 'cross-layer' } }, 'kv_sharing 2 with value_scheme cross-layer'],
		[{ ablation_residual: 'key', value_scheme: { name: 'svformer' } }, 'ablation_residual key with value_scheme svformer'],
		[{ ablation_residual: 'query', kv_sharing: 2 }, 'ablation_residual query with kv_sharing 2'],
		[{ ablation_residual: 'hidden', depth_weighted_average: true }, 'ablation_residual hidden with depth_weighted_average'],
		[{ value_scheme: { name: 'neutreno+resformer', form: 'plus' } }, 'value_scheme neutreno+resformer with form plus'],
	])('%j', (choices, words) => {
		expect(() => readConfig({ ...base, ...choices }, 'config.json')).toThrow(`config.json: ${words} has no defined formula`);
	});

	it('but depth weights go with every scheme, and CLA with own values', () => {
		for (const name of ['resformer', 'svformer', 'neutreno', 'neutreno+resformer', 'cross-layer'])
			expect(readConfig({ ...base, depth_weighted_average: true, value_scheme: { name } }, 'config.json').model.valueScheme.name).toBe(
				name,
			);
		expect(readConfig({ ...base, depth_weighted_average: true, kv_sharing: 2 }, 'config.json').model.kvSharing).toBe(2);
	});
});
