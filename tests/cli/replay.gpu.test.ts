import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../../src/checkpoint/safetensors';
import { sourceOf } from '../../src/checkpoint/source';
import { readReplay } from '../../src/training/replay';
import { largestError } from '../analysis/errors';
import { readOracle } from '../support/oracle';
import { expectedOf, expectGradients, expectSteps, oracleFolder } from './cases';
import { jsonLines, lab, scratch } from './lab';

describe('replay', () => {
	it.each(['vanilla', 'gqa-resformer', 'sinks'])(
		'%s: prints what PyTorch got, measurements too, and writes its gradients',
		async (name) => {
			const { train, gradients } = expectedOf(name);
			const file = join(scratch(), `${name}.safetensors`);
			const { code, stdout } = await lab(['replay', join(oracleFolder, name), '--json', '--gradients', file]);
			expect(code).toBe(0);
			const lines = jsonLines(stdout);
			const last = lines.pop() as { analysis: Parameters<typeof largestError>[0] };
			expect(largestError(last.analysis, readOracle(name).expected.analysis)).toBeLessThan(1e-3);
			for (const line of lines) expect(Object.keys(line)).toEqual(['step', 'loss', 'grad_norm', 'lr']);
			expectSteps(lines, train);
			const written = readSafetensors(readFileSync(file), file);
			expectGradients(new Map([...written].map(([key, { data }]) => [key, data])), gradients);
			const weights = readSafetensors(readFileSync(join(oracleFolder, name, 'model.safetensors')), 'model.safetensors');
			for (const [key, { shape }] of written) expect(shape, key).toEqual(weights.get(key)?.shape);
			// Written aside and renamed: nothing is left of that.
			expect(readdirSync(scratch()).filter((entry) => entry.includes('part'))).toEqual([]);
		},
	);

	it('prints a table without --json, and takes the first batches with --steps', async () => {
		const { code, stdout } = await lab(['replay', join(oracleFolder, 'svformer'), '--steps', '3']);
		expect(code).toBe(0);
		const rows = stdout.trimEnd().split('\n');
		expect(rows[0].trim().split(/\s{2,}/)).toEqual(['step', 'loss', 'grad norm', 'lr']);
		const { train } = expectedOf('svformer');
		expectSteps(
			rows.slice(1).map((row) => {
				const [step, loss, grad_norm, lr] = row.trim().split(/\s+/).map(Number);
				return { step, loss, grad_norm, lr: Math.abs(lr / train[step].lr - 1) < 1e-4 ? train[step].lr : lr };
			}),
			train.slice(0, 3),
		);
	});

	it('writes no gradients if the case is refused', async () => {
		const folder = join(scratch(), 'broken');
		mkdirSync(folder);
		cpSync(join(oracleFolder, 'vanilla'), folder, { recursive: true });
		writeFileSync(join(folder, 'model.safetensors'), 'nonsense');
		const file = join(scratch(), 'never.safetensors');
		const { code, stderr } = await lab(['replay', folder, '--gradients', file]);
		expect([code, stderr.trimEnd().split('\n').length]).toEqual([2, 1]);
		expect(stderr).toContain(`${join(folder, 'model.safetensors')}: no safetensors file`);
		expect(existsSync(file)).toBe(false);
	});
});

/** The case gqa-resformer with something changed in its files, read. */
function reading(change: {
	config?(config: Record<string, unknown> & { training: Record<string, unknown> }): void;
	model?(tensors: Map<string, StoredTensor>): void;
	batches?(tensors: Map<string, StoredTensor>): void;
	bytes?: Uint8Array;
}): () => void {
	const bytesOf = (file: string) => readFileSync(join(oracleFolder, 'gqa-resformer', file));
	const config = JSON.parse(bytesOf('config.json').toString());
	change.config?.(config);
	const stored = (name: 'model' | 'batches') => {
		const tensors = readSafetensors(bytesOf(`${name}.safetensors`), name);
		change[name]?.(tensors);
		return writeSafetensors(tensors);
	};
	return () =>
		readReplay(
			sourceOf([
				{ name: 'config.json', bytes: new TextEncoder().encode(JSON.stringify(config)) },
				{ name: 'model.safetensors', bytes: change.bytes ?? stored('model') },
				{ name: 'batches.safetensors', bytes: stored('batches') },
			]),
		);
}

describe('a case is refused', () => {
	const key = 'model.layers.1.self_attn.k_proj.weight';
	const tensor = (tensors: Map<string, StoredTensor>, name: string) => tensors.get(name) as StoredTensor;
	const header = (json: string) => {
		const bytes = new Uint8Array(8 + json.length);
		new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
		bytes.set(new TextEncoder().encode(json), 8);
		return bytes;
	};
	const cases: [what: string, change: Parameters<typeof reading>[0], words: string | RegExp][] = [
		['without a tensor', { model: (all) => all.delete(key) }, `model.safetensors: lacks ${key}`],
		[
			'with a tensor too many',
			{ model: (all) => all.set('model.layers.3.self_attn.k_proj.weight', { shape: [2], data: new Float32Array(2) }) },
			'model.safetensors: has model.layers.3.self_attn.k_proj.weight, for which',
		],
		[
			'with a transposed tensor',
			{ model: (all) => all.set(key, { shape: [16, 8], data: tensor(all, key).data }) },
			`${key} is [16, 8], but the config asks for [8, 16]`,
		],
		[
			'with whole numbers for weights',
			{ model: (all) => all.set(key, { shape: [8, 16], data: new Int32Array(128) }) },
			`${key} holds whole numbers`,
		],
		[
			'with a header that describes nothing',
			{ bytes: header('{"a":{"dtype":"F32"}}') },
			'model.safetensors: a: its header must have a dtype, a shape and two data_offsets',
		],
		['with a header that is null', { bytes: header('null') }, 'model.safetensors: '],
		['with an empty file', { bytes: new Uint8Array(0) }, 'model.safetensors: no safetensors file'],
		['without targets', { batches: (all) => all.delete('targets') }, 'batches.safetensors: lacks targets'],
		[
			'with flat batches',
			{ batches: (all) => all.set('inputs', { shape: [480], data: tensor(all, 'inputs').data }) },
			'inputs must be [steps, B, T], not [480]',
		],
		[
			'with batches of different sizes',
			{ batches: (all) => all.set('inputs', { shape: [4, 6, 20], data: tensor(all, 'inputs').data }) },
			'inputs are [4, 6, 20], but targets [8, 3, 20]',
		],
		[
			'with a token beyond the vocabulary',
			{ batches: (all) => tensor(all, 'inputs').data.fill(23, 85, 86) },
			'inputs[1, 1, 5] is 23; tokens go from 0 to 22',
		],
		['with a negative token', { batches: (all) => tensor(all, 'inputs').data.fill(-100, 0, 1) }, 'inputs[0, 0, 0] is -100'],
		[
			'with a negative target that is not −100',
			{ batches: (all) => tensor(all, 'targets').data.fill(-1, 0, 1) },
			'targets[0, 0, 0] is -1; tokens go from 0 to 22, and -100 is ignored',
		],
		[
			'with tokens as floats',
			{ batches: (all) => all.set('inputs', { shape: [8, 3, 20], data: new Float32Array(480) }) },
			'inputs must be int32 (I32), not F32',
		],
		[
			'with a misspelt field',
			{ config: (config) => Object.assign(config, { kv_shring: 2 }) },
			'unknown field `kv_shring`: did you mean `kv_sharing`?',
		],
		[
			'with an unknown training field',
			{ config: ({ training }) => Object.assign(training, { dampening: 0.1 }) },
			/config.json: training: unknown field `dampening`/,
		],
		['without training', { config: (config) => void Reflect.deleteProperty(config, 'training') }, '`training` is missing'],
		[
			'with heads that do not divide',
			{ config: (config) => Object.assign(config, { num_attention_heads: 3 }) },
			'`hidden_size` must be a multiple of num_attention_heads 3',
		],
		['with a million layers', { config: (config) => Object.assign(config, { num_hidden_layers: 1_000_000 }) }, 'config.json'],
		[
			'with methods that have no formula together',
			{ config: (config) => Object.assign(config, { kv_sharing: 2 }) },
			'kv_sharing 2 with value_scheme resformer has no defined formula',
		],
	];
	it.each(cases)('%s', (_, change, words) => {
		expect(reading(change)).toThrow(words);
	});

	it("but Hugging Face's other fields are ignored", () => {
		expect(reading({ config: (config) => Object.assign(config, { torch_dtype: 'float32', bos_token_id: 1 }) })).not.toThrow();
	});
});
