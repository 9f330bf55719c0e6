import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { experimentFile, jsonLines, lab, scratch } from '../cli/lab';

const STEPS = 6;
const MOVED = 4;
/** For compiling the kernels of twelve methods. */
const MINUTES = 10;

/** Sizes at which heads, KV heads and the halves of SkipV1Former differ, and a rate at which every parameter moves. */
const experiment = {
	layers: 3,
	heads: 4,
	hiddenSize: 16,
	intermediateSize: 20,
	sequenceLength: 13,
	batchSize: 2,
	learningRate: 0.02,
	steps: STEPS,
	warmupSteps: 2,
	validateEvery: 0,
	validationBatches: 1,
	probeEvery: 0,
	methods: [
		'gate:head',
		'gate:element+resformer',
		'sink:learned',
		'sink:zero+gqa:2',
		'value-embedding+svformer',
		'qk-norm+gqa:2+resformer:learnable',
		'skipv1',
		'skipv1+gqa:2+value-embedding+gate:head',
		'cla:2+value-embedding+qk-norm+sink:learned',
		'cross-layer+gate:element+sink:learned+qk-norm',
		'neutreno+gate:head+sink:learned+value-embedding',
		'denseformer+gate:head+sink:zero',
	],
};

const reference = new URL('../oracle/source/reference.py', import.meta.url).pathname;
const python = ['python3', '/usr/bin/python3'].find((command) => spawnSync(command, ['-c', 'import numpy, torch']).status === 0);

/** Losses of PyTorch from an export's weights on its batches. */
function pyTorch(folder: string, steps: number): number[] {
	const files = ['config.json', 'model.safetensors', 'batches.safetensors'].map((name) => join(folder, name));
	return jsonLines(execFileSync(python as string, [reference, 'train', ...files, String(steps)], { encoding: 'utf8' })).map(
		({ loss }) => loss,
	);
}

// Debian's python3-torch is enough. Without PyTorch, the numbers of tests/oracle take its place.
describe.skipIf(!python)('an export of gates, sinks, value embeddings, QK norm and SkipV1Former', () => {
	it('has the losses of the training when PyTorch continues it', { timeout: MINUTES * 60_000 }, async () => {
		const file = experimentFile('rivals.json', experiment);
		const trained = jsonLines((await lab(['train', file, '--json'])).stdout).filter((line) => 'loss' in line);
		const parts = [
			{ from: 0, methods: experiment.methods },
			{ from: MOVED, methods: experiment.methods.slice(-2) },
		];
		for (const { from, methods } of parts) {
			const part = experimentFile(`from-${from}.json`, { ...experiment, methods });
			const out = join(scratch(), `after-${from}`);
			const exported = await lab(['export', part, '--out', out, '--steps', String(from), '--batches', String(STEPS - from)]);
			expect(exported.code, exported.stderr).toBe(0);
			expect(readdirSync(out)).toHaveLength(methods.length);
			for (const folder of readdirSync(out)) {
				const { run } = JSON.parse(readFileSync(join(out, folder, 'config.json'), 'utf8'));
				const wanted = trained.filter((line) => line.run === run).map(({ loss }) => loss);
				// The format has no moments: after updates, only the first loss is that of the training.
				const losses = pyTorch(join(out, folder), from === 0 ? STEPS : 1);
				losses.forEach((loss, i) => {
					expect(Math.abs(loss - wanted[from + i]), `${run}, step ${from + i}`).toBeLessThan(1e-4);
				});
			}
		}
	});
});
