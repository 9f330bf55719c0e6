import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/checkpoint/safetensors';
import { experimentFile, jsonLines, lab, scratch } from '../cli/lab';

const tiny = {
	layers: 3,
	heads: 2,
	hiddenSize: 16,
	intermediateSize: 24,
	sequenceLength: 20,
	batchSize: 4,
	steps: 12,
	warmupSteps: 5,
	validateEvery: 0,
	validationBatches: 1,
	probeEvery: 0,
	methods: ['vanilla', 'resformer:learnable', 'svformer'],
};

const FILES = ['batches.safetensors', 'config.json', 'model.safetensors', 'vocabulary.json'];

describe('export', () => {
	it('writes files from which a replay has the same losses as the training', async () => {
		const file = experimentFile('tiny.json', tiny);
		const out = join(scratch(), 'initial');
		const exported = await lab(['export', file, '--out', out, '--steps', '0', '--batches', '10']);
		expect(exported.code, exported.stderr).toBe(0);
		expect(readdirSync(out).sort()).toEqual(['resformer-learnable#1', 'svformer#1', 'vanilla#1']);
		const trained = jsonLines((await lab(['train', file, '--steps', '10', '--json'])).stdout);
		for (const folder of readdirSync(out)) {
			expect(readdirSync(join(out, folder)).sort()).toEqual(FILES);
			const { run } = JSON.parse(readFileSync(join(out, folder, 'config.json'), 'utf8'));
			const wanted = trained.filter((line) => line.run === run && 'loss' in line);
			const replayed = await lab(['replay', join(out, folder), '--json']);
			expect(replayed.code, replayed.stderr).toBe(0);
			const found = jsonLines(replayed.stdout).filter((line) => 'loss' in line);
			expect(found).toHaveLength(10);
			found.forEach(({ loss, lr }, step) => {
				expect(Math.abs(loss - wanted[step].loss), `${run}, step ${step}`).toBeLessThanOrEqual(1e-6);
				expect(lr).toBe(wanted[step].learningRate);
			});
		}
	});

	it('after some steps has their weights and moments, and the batches that come next', async () => {
		const file = experimentFile('one.json', { ...tiny, methods: ['vanilla'] });
		const trained = jsonLines((await lab(['train', file, '--json'])).stdout);
		const out = join(scratch(), 'deep', 'later');
		const exported = await lab(['export', file, '--out', out, '--steps', '7', '--batches', '2']);
		expect(exported.code, exported.stderr).toBe(0);
		expect(exported.stdout).toBe(`vanilla#1: ${out}\n`);
		expect(readdirSync(out).sort()).toEqual([...FILES, 'optimizer.safetensors'].sort());
		expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')).step).toBe(7);
		const moments = readSafetensors(readFileSync(join(out, 'optimizer.safetensors')), 'moments');
		const weights = readSafetensors(readFileSync(join(out, 'model.safetensors')), 'model');
		expect([...moments.keys()].sort()).toEqual([...weights.keys()].flatMap((name) => [`m.${name}`, `v.${name}`]).sort());
		for (const [name, { data }] of moments)
			expect(
				data.some((value) => value !== 0),
				name,
			).toBe(true);
		// Losses come before their updates: the first is of these weights on batch 7.
		const [first] = jsonLines((await lab(['replay', out, '--json'])).stdout);
		expect(Math.abs(first.loss - trained.find(({ step }) => step === 7).loss)).toBeLessThanOrEqual(1e-6);
		const batches = readSafetensors(readFileSync(join(out, 'batches.safetensors')), 'batches');
		expect(batches.get('inputs')?.shape).toEqual([2, 4, 20]);
		const [inputs, targets] = ['inputs', 'targets'].map((name) => batches.get(name)?.data as Int32Array);
		expect([...inputs.subarray(1, 20)]).toEqual([...targets.subarray(0, 19)]);

		// An earlier export gives way, also to one of several runs.
		const again = await lab(['export', experimentFile('tiny.json', tiny), '--out', out, '--steps', '0', '--batches', '1']);
		expect(again.code, again.stderr).toBe(0);
		expect(readdirSync(out)).not.toContain('config.json');
		expect(readdirSync(join(out, '..'))).toEqual(['later']);
	});

	it('does not touch folders that are not exports', async () => {
		const out = join(scratch(), 'precious');
		mkdirSync(out);
		writeFileSync(join(out, 'thesis.txt'), 'all of it');
		const { code, stderr } = await lab(['export', experimentFile('tiny.json', tiny), '--out', out, '--steps', '0']);
		expect(code).toBe(2);
		expect(stderr).toMatch(/precious is not empty and is not an earlier export: it contains thesis\.txt/);
		expect(readFileSync(join(out, 'thesis.txt'), 'utf8')).toBe('all of it');
	});

	it.each([
		[['--steps', '0'], 'export needs --out DIR'],
		[['--out', 'x', '--steps', '13'], "--steps 13 is more than the experiment's 12"],
		[['--out', 'x', '--steps', '-1'], '--steps must be a whole number of at least 0'],
		[['--out', 'x', '--batches', '0'], '--batches must be a whole number of at least 1'],
	])('refuses %j', async (args, said) => {
		const { code, stderr } = await lab(['export', experimentFile('tiny.json', tiny), ...args]);
		expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
		expect(existsSync('x')).toBe(false);
	});
});
