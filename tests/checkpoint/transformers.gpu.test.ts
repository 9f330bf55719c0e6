/** An exported model in Hugging Face's transformers, where Python has them: the same tensors, and the same loss. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { experimentFile, jsonLines, lab, scratch } from '../cli/lab';
import { pythonWith } from '../export/python';

const python = pythonWith('torch, transformers, safetensors');
const script = new URL('loadWithTransformers.py', import.meta.url).pathname;

const TINY = {
	task: 'backcopy',
	layers: 2,
	heads: 4,
	kvHeads: 2,
	hiddenSize: 24,
	intermediateSize: 20,
	sequenceLength: 13,
	batchSize: 2,
	steps: 6,
	warmupSteps: 2,
	learningRate: 0.02,
	validateEvery: 0,
	probeEvery: 0,
	validationBatches: 1,
};

const load = (...args: string[]) => spawnSync(python as string, [script, ...args], { encoding: 'utf8' });

describe.skipIf(!python)('transformers', () => {
	it.each([false, true])(
		'loads an exported Llama with the lab’s loss, tied embeddings: %s',
		{ timeout: 300_000 },
		async (tieWordEmbeddings) => {
			const [out, saved] = ['exported', 'saved'].map((name) => join(scratch(), `${name}-${tieWordEmbeddings}`));
			const file = experimentFile(`tied-${tieWordEmbeddings}.json`, { ...TINY, tieWordEmbeddings, methods: ['vanilla'] });
			const exported = await lab(['export', file, '--out', out, '--steps', '6', '--batches', '1']);
			expect(exported.code, exported.stderr).toBe(0);
			const losses = join(scratch(), 'losses.jsonl');
			writeFileSync(losses, (await lab(['replay', out, '--json'])).stdout);
			const { status, stdout, stderr } = load(out, losses, '--save', saved);
			expect(status, stdout + stderr).toBe(0);

			// What it writes is read by the lab as the same model.
			writeFileSync(join(saved, 'config.json'), JSON.stringify({ ...settings(out), ...settings(saved) }));
			const [first] = jsonLines((await lab(['replay', saved, '--json'])).stdout);
			const [wanted] = jsonLines(readFileSync(losses, 'utf8'));
			expect(Math.abs(first.loss - wanted.loss)).toBeLessThan(1e-6);
		},
	);

	it('refuses a model that is no Llama', { timeout: 120_000 }, async () => {
		const out = join(scratch(), 'resformer');
		const file = experimentFile('resformer.json', { ...TINY, methods: ['resformer'] });
		expect((await lab(['export', file, '--out', out, '--steps', '0', '--batches', '1'])).code).toBe(0);
		const { status, stdout, stderr } = load(out);
		expect(status, stdout + stderr).toBe(0);
		expect(stdout).toContain('refused, as it must be');
	});
});

/** The parts of config.json that a replay needs and transformers does not write. */
function settings(folder: string): object {
	const { run, step, training, ...rest } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
	return rest.transformers_version ? rest : { run, step, training };
}
