/** Exports as Hugging Face's transformers reads them: LlamaForCausalLM's tensors follow from config.json alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { createTask } from '../../src/data/tasks';
import { defaultExperiment } from '../../src/experiment/fields';
import { runsOf } from '../../src/experiment/runs';
import type { Experiment } from '../../src/experiment/types';
import type { GpuContext } from '../../src/gpu/gpuContext';
import { packZip } from '../../src/session/client/checkpoint/checkpointFiles';
import { keptFilesOf } from '../../src/session/worker/checkpoints';
import { runOf } from '../../src/training/run';
import { experimentFile, lab, scratch } from '../cli/lab';

const MINUTES = 60_000;

/** Heads that share keys and values, and sizes that all differ. */
const SMALL: Partial<Experiment> = {
	task: 'backcopy',
	layers: 3,
	heads: 4,
	kvHeads: 2,
	hiddenSize: 24,
	intermediateSize: 20,
	sequenceLength: 13,
	batchSize: 2,
	steps: 5,
	ropeTheta: 5000,
	rmsNormEps: 1e-6,
};
const LLAMAS = ['vanilla', 'gqa:1'];
const OTHERS = ['resformer', 'cla:2', 'qk-norm', 'gate:head', 'sink:zero', 'denseformer', 'value-embedding', 'skipv1'];

type Files = Readonly<Record<string, Uint8Array>>;
type Json = Record<string, unknown>;

const parsed = (bytes: Uint8Array): Json => JSON.parse(new TextDecoder().decode(bytes));

/** The state dict of `LlamaForCausalLM(LlamaConfig(**config))` in transformers, by name. */
function stateDictOf(config: Json): Record<string, number[]> {
	const number = (field: string, fallback?: unknown) => Number(config[field] ?? fallback);
	const [d, heads, inner, vocabulary] = [
		number('hidden_size'),
		number('num_attention_heads'),
		number('intermediate_size'),
		number('vocab_size'),
	];
	const headSize = number('head_dim', d / heads);
	const [q, kv] = [heads * headSize, number('num_key_value_heads', heads) * headSize];
	const layer = {
		'self_attn.q_proj': [q, d],
		'self_attn.k_proj': [kv, d],
		'self_attn.v_proj': [kv, d],
		'self_attn.o_proj': [d, q],
		'mlp.gate_proj': [inner, d],
		'mlp.up_proj': [inner, d],
		'mlp.down_proj': [d, inner],
		input_layernorm: [d],
		post_attention_layernorm: [d],
	};
	const layers = Array.from({ length: number('num_hidden_layers') }, (_, i) =>
		Object.entries(layer).map(([name, shape]) => [`model.layers.${i}.${name}.weight`, shape] as const),
	).flat();
	return {
		'model.embed_tokens.weight': [vocabulary, d],
		...Object.fromEntries(layers),
		'model.norm.weight': [d],
		// The embedding takes its place; save_pretrained leaves it out.
		...(config.tie_word_embeddings ? {} : { 'lm_head.weight': [vocabulary, d] }),
	};
}

/** The shapes in a safetensors file, read by the rules of the `safetensors` library: float32, and no gap between tensors. */
function shapesIn(bytes: Uint8Array): Record<string, number[]> {
	const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
	expect(bytes[8]).toBe('{'.charCodeAt(0));
	const { __metadata__, ...tensors } = parsed(bytes.subarray(8, 8 + length)) as Record<
		string,
		{ dtype: string; shape: number[]; data_offsets: [number, number] }
	>;
	// transformers refuses a file without it.
	expect(__metadata__).toEqual({ format: 'pt' });
	let end = 0;
	for (const [name, { dtype, shape, data_offsets }] of Object.entries(tensors).toSorted(
		([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0],
	)) {
		expect(dtype, name).toBe('F32');
		expect(data_offsets, name).toEqual([end, end + 4 * shape.reduce((a, b) => a * b, 1)]);
		[, end] = data_offsets;
	}
	expect(8 + length + end).toBe(bytes.length);
	return Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
}

/** Fails unless transformers loads the files as the model that the lab trained. */
function expectLlama(files: Files): void {
	const config = parsed(files['config.json']);
	expect(config).toMatchObject({
		model_type: 'llama',
		architectures: ['LlamaForCausalLM'],
		torch_dtype: 'float32',
		hidden_act: 'silu',
		attention_bias: false,
		mlp_bias: false,
		rope_scaling: null,
		rope_theta: 5000,
		rms_norm_eps: 1e-6,
		max_position_embeddings: 13,
		eos_token_id: null,
		pad_token_id: null,
	});
	expect(shapesIn(files['model.safetensors'])).toEqual(stateDictOf(config));
}

const read = (folder: string): Files => Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));

async function exported(name: string, changes: object, args: readonly string[]): Promise<string> {
	const out = join(scratch(), name);
	const { code, stderr } = await lab(['export', experimentFile(`${name}.json`, { ...SMALL, ...changes }), '--out', out, ...args]);
	expect(code, stderr).toBe(0);
	return out;
}

/** The .zip that the page downloads, unpacked. */
async function downloaded(changes: Partial<Experiment>): Promise<Files> {
	const experiment = { ...defaultExperiment(), ...SMALL, seeds: [1], ...changes } as Experiment;
	const run = runOf(runsOf(experiment)[0], { task: createTask(experiment, 'Call me Ishmael. '.repeat(50)) });
	// Before its first step, a run has no memory of a GPU.
	const { files } = await keptFilesOf(run, null as unknown as GpuContext['adapter']);
	return unzipSync(await packZip(files));
}

describe('an export', () => {
	it.each(['--steps', '--pytorch'])(
		'of Llamas with %s has the tensors that LlamaForCausalLM looks for',
		{ timeout: 2 * MINUTES },
		async (kind) => {
			const args = kind === '--steps' ? ['--steps', '0', '--batches', '1'] : ['--pytorch', '--losses', '0'];
			for (const tieWordEmbeddings of [false, true]) {
				const out = await exported(`llamas${kind}-${tieWordEmbeddings}`, { methods: LLAMAS, tieWordEmbeddings }, args);
				for (const method of LLAMAS) expectLlama(read(join(out, `${method.replace(':', '-')}#1`)));
			}
		},
	);

	it.each([false, true])('that the page downloads has them too, with tied embeddings: %s', async (tieWordEmbeddings) => {
		for (const method of LLAMAS) expectLlama(await downloaded({ methods: [method], tieWordEmbeddings }));
	});

	it.each(OTHERS)('of %s is called no Llama', async (method) => {
		const files = await downloaded({ methods: [method] });
		const config = parsed(files['config.json']);
		expect(config).toMatchObject({ model_type: 'resformer', architectures: ['ResFormerForCausalLM'] });
		// The same rules for its file, whatever it holds.
		shapesIn(files['model.safetensors']);
	});
});
