import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/checkpoint/config';
import { arenaLayout } from '../../src/compiler/arena';
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
	it('learnable: (½, ½) per layer from the second on', () => {
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

	it('sinks at 0, weights of value embeddings at (½, ½), norms of Q and K at 1', () => {
		expect(starts(configOf('sink:learned+value-embedding+qk-norm', 2), /sinks|embed_lambda|[qk]_norm/)).toEqual({
			...Object.fromEntries([0, 1].map((n) => [`model.layers.${n}.self_attn.sinks`, [0, 0]])),
			...Object.fromEntries([0, 1].map((n) => [`model.layers.${n}.self_attn.value_embed_lambda`, [0.5, 0.5]])),
			...Object.fromEntries([0, 1].flatMap((n) => ['q', 'k'].map((x) => [`model.layers.${n}.self_attn.${x}_norm.weight`, [1, 1, 1, 1]]))),
		});
	});

	it('SkipV1Former’s Wv has the first rows of the vanilla one', () => {
		const name = 'model.layers.1.self_attn.v_proj.weight';
		const [whole, half] = ['vanilla', 'skipv1'].map((method) => initialWeights(configOf(method), 3)[name]);
		expect(half).toEqual(whole.slice(0, half.length));
		expect(half.length * 2).toBe(whole.length);
	});

	it('matrices and embeddings decay; sinks, λ and norm weights don’t', () => {
		const config = configOf('sink:learned+value-embedding+qk-norm+gate:head', 2);
		const { entries, decayed } = arenaLayout(evaluationGraph(config, { batchSize: 1, length: 3 }));
		const kept = entries.slice(decayed).map(({ name }) => name.replace(/.*\.(self_attn|layers\.\d)\./, ''));
		expect(new Set(kept)).toEqual(
			new Set([
				'input_layernorm.weight',
				'post_attention_layernorm.weight',
				'q_norm.weight',
				'k_norm.weight',
				'value_embed_lambda',
				'sinks',
				'model.norm.weight',
			]),
		);
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

	it('NeuTRENO’s λ is 0.4 alone, 0.2 on ResFormer, or the given one', () => {
		expect(lambdaInputs(configOf('neutreno'))).toEqual({ [NEUTRENO_LAMBDA]: [0.4] });
		expect(lambdaInputs(configOf('neutreno+resformer'))[NEUTRENO_LAMBDA]).toEqual([0.2]);
		expect(lambdaInputs(configOf('neutreno(0.7)+resformer'))[NEUTRENO_LAMBDA]).toEqual([0.7]);
		expect(lambdaInputs(configOf('neutreno(0)'))[NEUTRENO_LAMBDA]).toEqual([0]);
	});

	it('a sparse form mixes in the last ⌈3L/8⌉ layers, or in the given ones', () => {
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

describe('the trained weights that are shown', () => {
	const shown = (name: string, layers = 3) => {
		const config = configOf(name, layers);
		const weights = initialWeights(config, 1);
		return mixingWeights(config).map(({ layer, label, names, value }) => {
			for (const parameter of names) expect(Object.keys(weights)).toContain(parameter);
			return [layer + 1, label, value((parameter) => weights[parameter])] as const;
		});
	};

	it('are none if nothing is trained', () => {
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

	it('names the weights of value embeddings in the layers that project values', () => {
		expect(shown('value-embedding+cla:2')).toEqual([
			[1, 'λ on E', 0.5],
			[1, 'λ on x Wv', 0.5],
			[3, 'λ on E', 0.5],
			[3, 'λ on x Wv', 0.5],
		]);
		expect(shown('value-embedding+svformer').map(([layer]) => layer)).toEqual([1, 1]);
	});

	it('gives depth weights next to a scheme’s λ', () => {
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
		[{ kv_sharing: 2, value_scheme: { name: 'skipv1' } }, 'kv_sharing 2 with value_scheme skipv1'],
		[{ ablation_residual: 'attention', attention_sink: 'learned' }, 'attention_sink learned with ablation_residual attention'],
		[{ ablation_residual: 'query', qk_norm: true }, 'qk_norm with ablation_residual query'],
		[{ num_key_value_heads: 1, value_scheme: { name: 'skipv1' } }, 'value_scheme skipv1 with num_key_value_heads 1'],
		[{ value_scheme: { name: 'neutreno+resformer', form: 'plus' } }, 'value_scheme neutreno+resformer with form plus'],
	])('%j', (choices, words) => {
		expect(() => readConfig({ ...base, ...choices }, 'config.json')).toThrow(`config.json: ${words} has no defined formula`);
	});

	it('and so is an unknown setting', () => {
		expect(() => readConfig({ ...base, attention_gate: 'channel' }, 'config.json')).toThrow(
			/`attention_gate` must be one of head, element/,
		);
		expect(() => readConfig({ ...base, attention_sink: true }, 'config.json')).toThrow(/`attention_sink` must be one of learned, zero/);
		expect(() => readConfig({ ...base, qk_norm: 'yes' }, 'config.json')).toThrow(/`qk_norm` must be true or false/);
		expect(() => readConfig({ ...base, value_embedding: 1 }, 'config.json')).toThrow(/`value_embedding` must be true or false/);
	});

	it('but depth weights can be combined with every scheme, and CLA with each layer’s own values', () => {
		for (const name of ['resformer', 'svformer', 'neutreno', 'neutreno+resformer', 'cross-layer'])
			expect(readConfig({ ...base, depth_weighted_average: true, value_scheme: { name } }, 'config.json').model.valueScheme.name).toBe(
				name,
			);
		expect(readConfig({ ...base, depth_weighted_average: true, kv_sharing: 2 }, 'config.json').model.kvSharing).toBe(2);
	});
});
