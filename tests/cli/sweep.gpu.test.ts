import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { experimentFile, jsonLines, lab, scratch } from './lab';

const small = {
	task: 'text',
	layers: 2,
	heads: 2,
	hiddenSize: 16,
	intermediateSize: 24,
	steps: 14,
	warmupSteps: 3,
	validateEvery: 0,
	validationBatches: 2,
	probeEvery: 0,
	methods: ['svformer', 'vanilla'],
	seeds: [1, 2],
	sweep: [
		{ sequenceLength: 16, batchSize: 4 },
		{ sequenceLength: 8, batchSize: 8, steps: 9, methods: ['resformer', 'svformer'] },
		// Compared with vanilla of the first point, which is trained again if the sweep was stopped in between.
		{ sequenceLength: 16, batchSize: 4, methods: ['resformer'] },
	],
};
const file = () => experimentFile('sweep.json', small);

describe('sweep --json', () => {
	// Five processes, three of which train.
	it('is the same, to the last bit, of one that is killed and started again', { timeout: 300_000 }, async () => {
		const whole = await lab(['sweep', file(), '--json']);
		expect(whole.code, whole.stderr).toBe(0);
		const out = join(scratch(), 'killed.jsonl');
		const killed = await lab(['sweep', file(), '--json', '--out', out], {
			watch: (text, child) => {
				if (text.includes('"run":"vanilla#1@1"')) child.kill('SIGKILL');
			},
		});
		expect(killed.code).not.toBe(0);
		const kept = readFileSync(out, 'utf8');
		expect(kept).toContain('"run":"vanilla#1@1"');
		expect(kept).not.toContain('"run":"svformer#2@2"');
		// A process can also end in the middle of a line, or between the lines of one point and seed.
		writeFileSync(out, `${kept}{"run":"svformer#2@1","point":{},"method":"svformer"}\n{"run":"vanilla#2@1","poi`);
		const resumed = await lab(['sweep', file(), '--json', '--out', out]);
		expect(resumed.code, resumed.stderr).toBe(0);
		expect(resumed.stdout).toBe(whole.stdout);
		const again = await lab(['sweep', file(), '--json', '--out', out]);
		expect(again.stdout).toBe(whole.stdout);

		const other = await lab(['sweep', experimentFile('other.json', { ...small, steps: 15 }), '--out', out]);
		expect(other.code).toBe(2);
		expect(other.stderr).toContain('killed.jsonl holds another experiment: it differs in steps; give another --out');
	});

	it('prints a line per run, then one per point, method and metric', async () => {
		const { stdout } = await lab(['sweep', file(), '--json']);
		const lines = jsonLines(stdout);
		const runs = lines.filter((line) => 'run' in line);
		expect(runs.map(({ run }) => run)).toEqual([
			'svformer#1@1',
			'vanilla#1@1',
			'svformer#2@1',
			'vanilla#2@1',
			'resformer#1@2',
			'svformer#1@2',
			'resformer#2@2',
			'svformer#2@2',
			'resformer#1@3',
			'resformer#2@3',
		]);
		for (const run of runs) {
			expect(run.steps).toBe(run.run.endsWith('@2') ? 9 : 14);
			expect(run.point).toEqual(small.sweep[Number(run.run.at(-1)) - 1]);
			expect(run.validationLoss).toBeGreaterThan(1);
			expect(run.cumulativeLearningRate).toBeGreaterThan(0);
			expect(run.entropy).toHaveLength(2);
		}
		expect(runs[1].criticalPoint).toBeNull();
		expect(runs[4].criticalPoint).toBeNull();
		expect(runs[8].criticalPoint).not.toBeNull();

		const loss = (point: number, method: string) =>
			lines.find((line) => line.metric === 'validationLoss' && line.method === method && line.point.sequenceLength === point);
		const [one, two] = [runs[0].validationLoss - runs[1].validationLoss, runs[2].validationLoss - runs[3].validationLoss];
		const { difference, ...line } = loss(16, 'svformer');
		expect(line).toMatchObject({ method: 'svformer', n: 2 });
		expect(line.mean).toBeCloseTo((runs[0].validationLoss + runs[2].validationLoss) / 2, 12);
		expect(difference.mean).toBeCloseTo((one + two) / 2, 12);
		expect(difference.halfWidth).toBeCloseTo((12.706 * Math.abs(one - two)) / 2, 9);
		expect(difference.separated).toBe(Math.abs(difference.mean) > difference.halfWidth);
		expect(loss(16, 'vanilla').difference).toBeNull();
		expect(loss(8, 'svformer').difference.n).toBe(2);
		const shared = loss(16, 'resformer').difference.mean;
		expect(shared).toBeCloseTo((runs[8].validationLoss - runs[1].validationLoss + runs[9].validationLoss - runs[3].validationLoss) / 2, 12);
		const layers = lines.filter((each) => each.metric === 'entropy' && each.method === 'vanilla');
		expect(layers.map(({ layer }) => layer)).toEqual([1, 2]);
	});
});

it('without --json, prints a row per point and method', async () => {
	const { code, stdout } = await lab(['sweep', experimentFile('one.json', { ...small, seeds: [1], sweep: [{ steps: 3 }, { steps: 4 }] })]);
	expect(code).toBe(0);
	const rows = stdout.trimEnd().split('\n');
	expect(rows[0].split(/ {2,}/)).toEqual(['point', 'method', 'seeds', 'validation loss', 'difference', 'critical point']);
	expect(rows.slice(1).map((row) => row.split(/ {2,}/).slice(0, 2))).toEqual([
		['steps 3', 'svformer'],
		['steps 3', 'vanilla'],
		['steps 4', 'svformer'],
		['steps 4', 'vanilla'],
	]);
	expect(rows[1]).toMatch(/not separated/);
});

it.each(['train', 'export', 'generate'])('%s refuses a sweep', async (command) => {
	const options = command === 'export' ? ['--out', scratch()] : command === 'generate' ? ['--prompt', 'a'] : [];
	const { code, stderr } = await lab([command, file(), ...options]);
	expect(code).toBe(2);
	expect(stderr).toContain('has a sweep of 3 points: train it with lab sweep');
});
