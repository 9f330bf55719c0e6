import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { experimentFile, jsonLines, lab, scratch } from '../cli/lab';

const tiny = {
	layers: 2,
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
	seeds: [1, 2],
	methods: ['vanilla', 'svformer'],
};
const settings = ['--prompt', 'Call me', '--tokens', '33', '--seed', '5', '--json'];

describe('generate', () => {
	it('writes the same from an experiment and from its export', async () => {
		const file = experimentFile('tiny.json', tiny);
		const out = join(scratch(), 'models');
		expect((await lab(['export', file, '--out', out, '--batches', '1'])).code).toBe(0);
		const [trained, loaded] = [await lab(['generate', file, ...settings]), await lab(['generate', out, ...settings])];
		expect(trained.code, trained.stderr).toBe(0);
		expect(loaded.code, loaded.stderr).toBe(0);
		const [fromTraining, fromFolder] = [trained, loaded].map(({ stdout }) => jsonLines(stdout));
		expect(fromTraining.map(({ run }) => run)).toEqual(['vanilla#1', 'svformer#1']);
		expect(fromFolder).toHaveLength(4);
		for (const line of fromTraining) expect(fromFolder).toContainEqual(line);
		const { tokens } = JSON.parse(readFileSync(join(out, 'vanilla#1', 'vocabulary.json'), 'utf8'));
		for (const line of fromTraining) {
			expect(line.tokens).toHaveLength(33);
			expect(line.text).toBe(line.tokens.map((token: number) => tokens[token]).join(''));
		}
		// docs/METHODS.md section 2: 2·L·d numbers of four bytes, and (L + 1)·d.
		expect(fromTraining.map(({ cacheBytesPerToken }) => cacheBytesPerToken)).toEqual([256, 192]);

		const one = await lab(['generate', join(out, 'svformer#1'), ...settings.slice(0, -1)]);
		expect(one.stdout.replace(/�/g, '')).toBe(`Call me${fromTraining[1].text}\n`.replace(/[^\P{Cc}\n\t]/gu, ''));
		const chosen = jsonLines((await lab(['generate', out, ...settings, '--method', 'SVFormer', '--temperature', '0'])).stdout);
		expect(chosen.map(({ run }) => run)).toEqual(['svformer#1', 'svformer#2']);
	});

	it('reports an invalid prompt before it trains', async () => {
		const file = experimentFile('tiny.json', tiny);
		const refused = async (args: string[], said: string) => {
			const { code, stdout, stderr } = await lab(['generate', ...args]);
			expect([code, stdout, stderr]).toEqual([2, '', `lab: ${said}\n`]);
		};
		await refused([file, '--prompt', 'Call mé'], "the prompt's character `é` (U+00E9) is not in the model's vocabulary");
		await refused([file], 'the prompt is empty, and this model has no token that starts a text by itself');
		await refused(
			[file, '--prompt', 'Call me Ishmael. Some'],
			'the prompt has 21 tokens, but this model reads at most 20 (its sequenceLength)',
		);
		await refused([file, '--prompt', 'a', '--steps', '13'], "--steps 13 is more than the experiment's 12; it can only stop early");
		await refused(
			[file, '--prompt', 'a', '--temperature', 'warm'],
			'--temperature must be a number of at least 0, not `warm`, see lab generate --help',
		);
		await refused(
			[file, '--prompt', 'a', '--top-k', '1.5'],
			'--top-k must be a whole number of at least 0, not `1.5`, see lab generate --help',
		);
		const empty = join(scratch(), 'empty');
		mkdirSync(empty);
		await refused([empty, '--prompt', 'a'], `${empty}: no config.json in this folder or its subfolders`);
		writeFileSync(join(empty, 'config.json'), '{}');
		const { code, stderr } = await lab(['generate', empty, '--prompt', 'a']);
		expect([code, stderr]).toEqual([2, expect.stringMatching(/^lab: .*(config|vocabulary|model)/)]);
	});

	it('starts with <s> if the task does, and trains any method', async () => {
		const file = experimentFile('backcopy.json', { ...tiny, task: 'backcopy' });
		const { code, stdout, stderr } = await lab(['generate', file, '--method', 'cross-layer', '--tokens', '3', '--json']);
		expect(code, stderr).toBe(0);
		expect(jsonLines(stdout)).toMatchObject([{ run: 'cross-layer#1', prompt: '' }]);
	});
});
