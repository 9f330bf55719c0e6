import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { experimentFile, jsonLines, lab } from './lab';

const small = {
	task: 'backcopy',
	layers: 2,
	heads: 2,
	hiddenSize: 16,
	intermediateSize: 24,
	sequenceLength: 16,
	batchSize: 4,
	steps: 12,
	warmupSteps: 3,
	validateEvery: 4,
	validationBatches: 2,
	probeEvery: 0,
	methods: ['vanilla', 'resformer:learnable', 'svformer'],
	seeds: [1, 2],
};

/** As many of the small experiment's steps as it takes to be interrupted. */
const endless = { ...small, steps: 100_000, validateEvery: 0 };

describe('train --json', () => {
	it('prints every step of every run, the measurements and the end of each, the same to the last bit the second time', async () => {
		const file = experimentFile('small.json', small);
		const [first, second] = [await lab(['train', file, '--json']), await lab(['train', file, '--json'])];
		expect(first.code, first.stderr).toBe(0);
		const lines = jsonLines(first.stdout);
		const runs = small.methods.flatMap((method) => small.seeds.map((seed) => `${method}#${seed}`));
		for (const run of runs) {
			const mine = lines.filter((line) => line.run === run);
			const steps = mine.filter((line) => 'loss' in line);
			expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: small.steps }, (_, step) => step));
			const [method, seed] = run.split('#');
			for (const line of steps) {
				expect(Object.keys(line)).toEqual(['run', 'method', 'seed', 'step', 'loss', 'gradNorm', 'learningRate', 'tokensPerSecond']);
				expect([line.method, line.seed]).toEqual([method, Number(seed)]);
				expect(line.loss).toBeGreaterThan(0);
				expect(line.gradNorm).toBeGreaterThan(0);
				expect(line.tokensPerSecond).toBeGreaterThan(0);
			}
			const measured = mine.filter((line) => 'validationLoss' in line && !line.done);
			expect(measured.map(({ step }) => step)).toEqual([4, 8, 12]);
			const end = mine.at(-1);
			expect(end).toMatchObject({ run, done: true, steps: small.steps, finalLoss: steps.at(-1)?.loss, triggerOptimum: 0 });
			expect(end.validationLoss).toBe(measured.at(-1).validationLoss);
			for (const name of ['parameters', 'kvCacheBytesPerToken', 'triggerLoss', 'nonTriggerLoss', 'nonTriggerOptimum'])
				expect(end[name], name).toBeGreaterThan(0);
			expect(end.sinkAttention).toHaveLength(small.layers);
		}
		const kv = (method: string) => lines.find((line) => line.done && line.run === `${method}#1`).kvCacheBytesPerToken;
		expect([kv('vanilla'), kv('svformer')]).toEqual([2 * 2 * 16 * 4, 3 * 16 * 4]);
		// Text, not numbers: what is printed has to be the same, whatever else the machine does meanwhile.
		const timeless = (text: string) =>
			text
				.replace(/"tokensPerSecond":[^}]+/g, '')
				.split('\n')
				.sort();
		expect(timeless(second.stdout)).toEqual(timeless(first.stdout));
	});

	it('with --steps stops early on the same schedule, and measures there', async () => {
		const file = experimentFile('small.json', { ...small, methods: ['vanilla'], seeds: [1] });
		const whole = jsonLines((await lab(['train', file, '--json'])).stdout).filter((line) => 'loss' in line);
		const early = jsonLines((await lab(['train', file, '--json', '--steps', '6'])).stdout);
		const part = early.filter((line) => 'loss' in line);
		const numbers = ({ loss, learningRate }: { loss: number; learningRate: number }) => [loss, learningRate];
		expect(part.map(numbers)).toEqual(whole.slice(0, 6).map(numbers));
		expect(early.at(-1)).toMatchObject({ done: true, steps: 6 });
		expect(early.at(-2)).toMatchObject({ step: 6, validationLoss: early.at(-1).validationLoss });
	});

	it('reports in valid JSON at which step a run diverged, and fails if none is left', async () => {
		// Weight decay alone multiplies every weight by −9 a step.
		const wild = {
			...small,
			methods: ['vanilla'],
			seeds: [1],
			steps: 200,
			schedule: 'constant',
			warmupSteps: 0,
			learningRate: 1,
			weightDecay: 10,
		};
		const { code, stdout } = await lab(['train', experimentFile('wild.json', wild), '--json']);
		const lines = jsonLines(stdout);
		const last = lines.at(-1);
		expect(last).toEqual({ run: 'vanilla#1', diverged: true, step: lines.at(-2).step });
		expect(lines.at(-2).loss === null || lines.at(-2).gradNorm === null).toBe(true);
		expect(lines.some((line) => line.done)).toBe(false);
		expect(code).toBe(1);
	});

	it('accepts a share link and a preset', async () => {
		const link =
			'http://localhost:4173/#methods=vanilla&layers=1&heads=1&hiddenSize=8&sequenceLength=8&batchSize=2&validationBatches=1&v=1';
		const lines = jsonLines((await lab(['train', link, '--json', '--steps', '2'])).stdout);
		expect(lines.map(({ run }) => run)).toEqual(['vanilla#1', 'vanilla#1', 'vanilla#1', 'vanilla#1']);
		const { stdout } = await lab(['train', 'default', '--json', '--steps', '1']);
		expect(
			jsonLines(stdout)
				.filter(({ done }) => done)
				.map(({ run }) => run),
		).toEqual(['vanilla', 'resformer', 'svformer'].flatMap((method) => [1, 2, 3].map((seed) => `${method}#${seed}`)));
	});
});

it('without --json prints a table at the end, and keeps stdout free of progress', async () => {
	const { code, stdout, stderr } = await lab(['train', experimentFile('small.json', { ...small, seeds: [1] })]);
	expect(code).toBe(0);
	const rows = stdout.trimEnd().split('\n');
	expect(rows.map((row) => row.split(/\s+/)[0])).toEqual(['run', 'vanilla#1', 'resformer:learnable#1', 'svformer#1']);
	expect(stderr).toContain('vanilla#1: step 4 of 12, loss ');
});

// How soon it ends is checked without a clock in interrupt.test.ts. Here the training is endless, so that any end is due to the signal.
describe('Ctrl-C', () => {
	it('ends a training with exit code 130, after whole lines', async () => {
		const { code, stdout, stderr } = await lab(['train', experimentFile('endless.json', endless), '--json'], {
			watch: (text, child) => {
				if (!child.killed && /"step":20,/.test(text)) child.kill('SIGINT');
			},
		});
		expect(code).toBe(130);
		expect(stderr).toMatch(/lab: stopped\n$/);
		expect(jsonLines(stdout).every(({ done }) => !done)).toBe(true);
	});

	it('ends it during compilation too', async () => {
		const { code, stdout } = await lab(['train', experimentFile('endless.json', endless), '--json'], {
			env: { MESA_SHADER_CACHE_DISABLE: 'true' },
			watch: (text, child) => {
				// Dawn's message on its first device: the kernels come next.
				if (!child.killed && text.includes('maxDynamicStorageBuffers')) setTimeout(() => child.kill('SIGINT'), 500);
			},
		});
		expect(code).toBe(130);
		expect(stdout).not.toContain('"done"');
	});

	it('twice ends it at once', async () => {
		let twice = false;
		const { code } = await lab(['train', experimentFile('endless.json', endless), '--json'], {
			watch: (text, child) => {
				if (!child.killed && /"step":20,/.test(text)) child.kill('SIGINT');
				if (twice || !text.includes('lab: stopped')) return;
				twice = true;
				child.kill('SIGINT');
			},
		});
		expect(code).toBe(130);
	});
});

it('ends without an error if its reader ends early, such as head', async () => {
	const root = new URL('../../', import.meta.url).pathname;
	const command = `"${process.execPath}" scripts/lab.mjs train "${experimentFile('endless.json', endless)}" --json | head -n 3`;
	const child = spawn('sh', ['-c', command], { cwd: root });
	const texts = { stdout: '', stderr: '' };
	child.stdout.on('data', (part) => (texts.stdout += part));
	child.stderr.on('data', (part) => (texts.stderr += part));
	await new Promise((resolve) => child.on('close', resolve));
	expect(jsonLines(texts.stdout)).toHaveLength(3);
	expect(texts.stderr).not.toMatch(/EPIPE|Error|lab:/);
});
