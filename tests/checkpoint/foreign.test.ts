import { describe, expect, it } from 'vitest';
import { readConfig, writeConfig } from '../../src/checkpoint/config';
import { readModel } from '../../src/checkpoint/folder';
import { openSafetensors, type StoredTensor, writeSafetensors } from '../../src/checkpoint/safetensors';
import { sourceOf } from '../../src/checkpoint/source';
import { parameterShapes } from '../../src/model/parameters';
import { smallModel } from '../generation/methods';

/** config.json as `LlamaConfig.save_pretrained` of transformers 4.57 writes it, for a small model. */
const LLAMA = {
	architectures: ['LlamaForCausalLM'],
	attention_bias: false,
	attention_dropout: 0.0,
	bos_token_id: 1,
	dtype: 'bfloat16',
	eos_token_id: 2,
	head_dim: 4,
	hidden_act: 'silu',
	hidden_size: 8,
	initializer_range: 0.02,
	intermediate_size: 12,
	max_position_embeddings: 32,
	mlp_bias: false,
	model_type: 'llama',
	num_attention_heads: 2,
	num_hidden_layers: 2,
	num_key_value_heads: 1,
	pretraining_tp: 1,
	rms_norm_eps: 1e-6,
	rope_scaling: null,
	rope_theta: 500_000.0,
	tie_word_embeddings: true,
	transformers_version: '4.57.1',
	use_cache: true,
	vocab_size: 5,
};
const { model: MODEL } = readConfig(LLAMA, 'config.json');

const bytesOf = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));
const VOCABULARY = { name: 'vocabulary.json', bytes: bytesOf({ separator: '', tokens: [...'abcde'] }) };
const WEIGHTS = new Map<string, StoredTensor>(
	[...parameterShapes(MODEL)].map(([name, shape], i) => [
		name,
		{ shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => Math.sin(i + k)) },
	]),
);
const HEAD = 'lm_head.weight';
const embedding = WEIGHTS.get('model.embed_tokens.weight') as StoredTensor;

function read(tensors: ReadonlyMap<string, StoredTensor>, changes: object = {}) {
	return readModel(
		sourceOf([
			{ name: 'config.json', bytes: bytesOf({ ...LLAMA, ...changes }) },
			{ name: 'model.safetensors', bytes: writeSafetensors(tensors) },
			VOCABULARY,
		]),
	);
}

describe('a config.json of Hugging Face', () => {
	it('is the model that LlamaForCausalLM builds from it', () => {
		expect(MODEL).toMatchObject({ layers: 2, heads: 2, kvHeads: 1, hiddenSize: 8, intermediateSize: 12, rmsNormEps: 1e-6, ropeTheta: 5e5 });
		expect(MODEL).toMatchObject({ vocabularySize: 5, tieWordEmbeddings: true, valueScheme: { name: 'own' } });
	});

	it('has Llama’s defaults where it says nothing', () => {
		const { rms_norm_eps: _, rope_theta: __, tie_word_embeddings: ___, num_key_value_heads: ____, ...few } = LLAMA;
		expect(readConfig(few, 'config.json').model).toMatchObject({ rmsNormEps: 1e-6, ropeTheta: 1e4, tieWordEmbeddings: false, kvHeads: 2 });
	});

	it('may have its angles in rope_parameters, as transformers 5 writes them', () => {
		const { rope_theta: _, rope_scaling: __, ...rest } = LLAMA;
		const rope = { rope_type: 'default', rope_theta: 20_000 };
		expect(readConfig({ ...rest, rope_parameters: rope }, 'config.json').model.ropeTheta).toBe(20_000);
		expect(readConfig({ ...rest, rope_parameters: null }, 'config.json').model.ropeTheta).toBe(10_000);
	});

	it('may say that nothing is different', () => {
		const same = {
			hidden_act: 'swish',
			rope_scaling: { type: 'default' },
			sliding_window: 4096,
			use_sliding_window: false,
			layer_types: ['full_attention', 'full_attention'],
			partial_rotary_factor: 1,
			head_dim: null,
			quantization_config: null,
		};
		expect(readConfig({ ...LLAMA, ...same }, 'config.json').model).toEqual(MODEL);
	});

	it.each([
		[{ model_type: 'mistral' }, 'config.json: `model_type` must be llama or resformer (no other architecture is computed), not "mistral"'],
		[{ hidden_act: 'gelu' }, '`hidden_act` must be silu, not "gelu"'],
		[{ attention_bias: true }, '`attention_bias` must be false (there are no biases), not true'],
		[{ mlp_bias: true }, '`mlp_bias` must be false'],
		[{ head_dim: 8 }, '`head_dim` must be hidden_size / num_attention_heads, not 8'],
		[
			{ rope_scaling: { rope_type: 'llama3', factor: 8 } },
			'`rope_scaling` must be null (angles are not scaled), not {"rope_type":"llama3"',
		],
		[{ rope_scaling: { type: 'linear', factor: 2 } }, '`rope_scaling` must be null'],
		[{ rope_parameters: { rope_type: 'yarn', rope_theta: 1e4 } }, '`rope_parameters` must be an object with rope_type default'],
		[{ rope_parameters: { rope_theta: 1e4, partial_rotary_factor: 0.5 } }, 'rope_parameters: `partial_rotary_factor` must be 1'],
		[{ rope_parameters: { rope_theta: 1e4 } }, '`rope_theta` must be 10000, as in rope_parameters, not 500000'],
		[{ rope_theta: null, rope_parameters: { rope_theta: -1 } }, 'rope_parameters: `rope_theta` must be a number from 0.000001, not -1'],
		[{ rope_parameters: [] }, '`rope_parameters` must be an object'],
		[{ sliding_window: 16 }, '`sliding_window` must be null'],
		[{ layer_types: ['full_attention', 'sliding_attention'] }, '`layer_types` must be full_attention in each layer'],
		[{ quantization_config: { bits: 4 } }, '`quantization_config` must be absent'],
	])('with %j is refused', (changes, message) => {
		expect(() => readConfig({ ...LLAMA, ...changes }, 'config.json')).toThrow(message);
	});
});

describe('weights of Hugging Face', () => {
	it('may repeat a tied head, and hold the buffers of older versions', () => {
		const tensors = new Map([
			...WEIGHTS,
			[HEAD, embedding],
			['model.layers.0.self_attn.rotary_emb.inv_freq', { shape: [2], data: Float32Array.of(1, 0.1) }],
		] as const);
		expect(Object.keys(read(tensors).weights)).toEqual([...WEIGHTS.keys()]);
	});

	it('are refused if a tied head differs from the embedding', () => {
		const data = Float32Array.from(embedding.data);
		data[3] += 0.5;
		expect(() => read(new Map([...WEIGHTS, [HEAD, { ...embedding, data }]]))).toThrow(
			'`tie_word_embeddings` is true, but model.safetensors has a lm_head.weight that differs from model.embed_tokens.weight',
		);
	});

	it.each([Number.NaN, Number.POSITIVE_INFINITY])('are refused with %s', (value) => {
		const data = Float32Array.from(embedding.data);
		data[7] = value;
		expect(() => read(new Map([...WEIGHTS, ['model.embed_tokens.weight', { ...embedding, data }]]))).toThrow(
			`model.embed_tokens.weight holds ${value} at element 7: every weight must be a finite number`,
		);
	});

	it('are refused with a bias, by name', () => {
		const bias = { shape: [8], data: new Float32Array(8) };
		expect(() => read(new Map([...WEIGHTS, ['model.layers.0.self_attn.q_proj.bias', bias]]))).toThrow(
			'has model.layers.0.self_attn.q_proj.bias, for which a model of this config has no place',
		);
	});

	it('in half precision are widened exactly', () => {
		const halves: [type: string, bits: number[], values: number[]][] = [
			['BF16', [0x3f80, 0xc049, 0x0001, 0x7f7f], [1, -3.140625, 2 ** -133, 3.3895313892515355e38]],
			['F16', [0x3c00, 0xc248, 0x0001, 0x7bff, 0x8000, 0x0400], [1, -3.140625, 2 ** -24, 65504, -0, 2 ** -14]],
		];
		for (const [type, bits, values] of halves) {
			const file = halfFile(type, 'a', [bits.length], Uint16Array.from(bits));
			expect([...(readTensor(file, 'a').data as Float32Array)], type).toEqual(values);
		}
		expect([...(readTensor(halfFile('F16', 'a', [2], Uint16Array.of(0x7c00, 0x7e00)), 'a').data as Float32Array)]).toEqual([
			Number.POSITIVE_INFINITY,
			Number.NaN,
		]);
	});

	it('of other types are refused only when they are read', () => {
		const header = { a: { dtype: 'I64', shape: [1], data_offsets: [0, 8] }, b: { dtype: 'F32', shape: [1], data_offsets: [8, 12] } };
		const file = fileOf(header, new Uint8Array(12));
		expect(readTensor(file, 'b').data).toEqual(new Float32Array(1));
		expect(() => readTensor(file, 'a')).toThrow('a has type I64; F32, I32, BF16, F16 are read');
	});
});

describe('a model in several files', () => {
	const names = [...WEIGHTS.keys()];
	const part = (i: number) => `model-0000${i + 1}-of-00002.safetensors`;
	const half = (i: number) => new Map([...WEIGHTS].filter((_, k) => k % 2 === i));
	const index = { metadata: { total_size: 1 }, weight_map: Object.fromEntries(names.map((name, k) => [name, part(k % 2)])) };
	const files = (changes: Record<string, Uint8Array | null> = {}) => {
		const all: Record<string, Uint8Array | null> = {
			'config.json': bytesOf(LLAMA),
			'model.safetensors.index.json': bytesOf(index),
			[part(0)]: writeSafetensors(half(0)),
			[part(1)]: writeSafetensors(half(1)),
			'vocabulary.json': VOCABULARY.bytes,
			...changes,
		};
		return sourceOf(Object.entries(all).flatMap(([name, bytes]) => (bytes ? [{ name, bytes }] : [])));
	};

	it('is read as if it were one', () => {
		expect(readModel(files()).weights).toEqual(read(WEIGHTS).weights);
	});

	it('is refused without one of the files, by its name', () => {
		expect(() => readModel(files({ [part(1)]: null }))).toThrow(
			`the checkpoint lacks ${part(1)}, which model.safetensors.index.json names`,
		);
	});

	it('is refused if a tensor is not where the index says', () => {
		expect(() => readModel(files({ [part(1)]: writeSafetensors(half(0)) }))).toThrow(`${part(1)}: lacks ${names[1]}`);
	});

	it.each([
		[{}, '`weight_map` must name the file of each tensor'],
		[[], '`weight_map` must name'],
		[{ weight_map: { a: 7 } }, '`weight_map` must name'],
		[{ weight_map: { a: '../secret.safetensors' } }, '`weight_map` names "../secret.safetensors"'],
	])('is refused with the index %j', (json, message) => {
		expect(() => readModel(files({ 'model.safetensors.index.json': bytesOf(json) }))).toThrow(message);
	});
});

it('a config.json that the lab writes has no field that it refuses', () => {
	const training = readConfig({ ...LLAMA, training: { steps: 1, learning_rate: 1 } }, 'a').training;
	if (!training) throw new Error('no training');
	const json = writeConfig({ model: smallModel('gqa:2'), training, sequenceLength: 48, run: 'a#1' });
	expect(readConfig(JSON.parse(JSON.stringify(json)), 'config.json').model).toEqual(smallModel('gqa:2'));
});

function fileOf(header: object, data: Uint8Array): Uint8Array {
	const text = bytesOf(header);
	const file = new Uint8Array(8 + text.length + data.length);
	new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
	file.set(text, 8);
	file.set(data, 8 + text.length);
	return file;
}

function halfFile(dtype: string, name: string, shape: number[], bits: Uint16Array): Uint8Array {
	return fileOf({ [name]: { dtype, shape, data_offsets: [0, bits.byteLength] } }, new Uint8Array(bits.buffer));
}

function readTensor(file: Uint8Array, name: string): StoredTensor {
	const tensor = openSafetensors(file, 'model.safetensors').get(name);
	if (!tensor) throw new Error(`no ${name}`);
	return tensor.read();
}
