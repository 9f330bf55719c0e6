import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonLines, lab, scratch } from '../cli/lab';
import { exportProject, largestDifference, lossesIn, python, TINY } from './projects';
import { torchPython } from './python';

const METHODS = ['vanilla', 'resformer:learnable', 'value-embedding+qk-norm+gqa:2+skipv1'];
const minutes = (count: number) => ({ timeout: count * 60_000 });

describe('a PyTorch project', () => {
	it('has its code once, and a folder for each run of a sweep', minutes(3), async () => {
		const sweep = [{ heads: 2 }, { heads: 4, steps: 5 }];
		const out = await exportProject('sweep', { ...TINY, task: 'copy', methods: ['vanilla'], seeds: [1, 2], sweep }, ['--losses', '0']);
		const runs = ['point1-vanilla#1', 'point1-vanilla#2', 'point2-vanilla#1', 'point2-vanilla#2'];
		const code = ['README.md', 'check.py', 'data.py', 'model.py', 'run.sh', 'slurm.sh', 'train.py'];
		expect(readdirSync(out).sort()).toEqual([...code, ...runs].sort());
		const files = ['config.json', 'expected.json', 'experiment.json', 'model.safetensors', 'vocabulary.json'];
		expect(readdirSync(join(out, runs[3])).sort()).toEqual(files);
		expect(JSON.parse(readFileSync(join(out, runs[3], 'config.json'), 'utf8')).training.steps).toBe(5);
		expect(readFileSync(join(out, 'run.sh'), 'utf8')).toContain(`RUNS:-${runs.join(' ')}}`);
		expect(readFileSync(join(out, 'slurm.sh'), 'utf8')).toContain('--array=0-3');
		// Its experiments are the lab's own.
		const trained = await lab(['train', join(out, runs[3], 'experiment.json'), '--json']);
		expect(trained.code, trained.stderr).toBe(0);
		expect(jsonLines(trained.stdout).filter((line) => 'loss' in line)).toHaveLength(5);
		// It replaces itself, but no folder in which the user has trained.
		expect(await exportProject('sweep', { ...TINY, task: 'copy', methods: ['vanilla'] }, ['--losses', '0'])).toBe(out);
		expect(readdirSync(out)).not.toContain(runs[0]);
	});

	it.each([
		[['--batches', '3'], '--batches is not for --pytorch'],
		[['--losses', '-1'], '--losses must be a whole number of at least 0'],
		[['--steps', '401'], "--steps 401 is more than the experiment's 400"],
	])('is not written with %j', async (args, said) => {
		const out = join(scratch(), 'refused');
		const { code, stderr } = await lab(['export', 'default', '--pytorch', '--out', out, ...args]);
		expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
		expect(existsSync(out)).toBe(false);
	});
});

describe.skipIf(!torchPython)('a PyTorch project in PyTorch', () => {
	it('has the lab’s losses in check.py, and fails there if the weights are others', minutes(5), async () => {
		const out = await exportProject('methods', { ...TINY, methods: METHODS });
		const report = python(out, 'check.py', '--device', 'cpu');
		expect(report.match(/ {2}ok: .* of 10 losses/g)).toHaveLength(METHODS.length);
		const first = join(out, 'vanilla#1');
		const other = join(out, readdirSync(out).find((name) => name.includes('skipv1')) as string);
		expect(() => python(out, 'check.py', first, other, '--steps', '2')).not.toThrow();
		python(out, '-c', `import shutil; shutil.copy('resformer-learnable#1/expected.json', 'vanilla#1')`);
		expect(() => python(out, 'check.py', first, '--device', 'cpu')).toThrow(/Command failed/);
	});

	it('continues from a step with the optimiser’s moments, and resumes where it was stopped', minutes(5), async () => {
		const experiment = { ...TINY, task: 'backcopy', methods: ['resformer:learnable'], validateEvery: 4, microBatches: 2 };
		const out = await exportProject('continued', experiment, ['--steps', '4']);
		expect(python(out, 'check.py', '--device', 'cpu')).toContain('of 6 losses');
		const trained = jsonLines((await lab(['train', join(out, 'experiment.json'), '--json'])).stdout);
		python(out, 'train.py', '--device', 'cpu', '--out', 'whole');
		const wanted = trained.filter((line) => 'loss' in line).map(({ loss }) => loss);
		expect(largestDifference(lossesIn(join(out, 'whole')), wanted.slice(4))).toBeLessThan(1e-4);
		// Metrics have the lab's names and numbers.
		const lines = jsonLines(readFileSync(join(out, 'whole', 'metrics.jsonl'), 'utf8'));
		const measured = (list: typeof lines) => list.findLast((line) => 'validationLoss' in line && !line.done);
		const [found, lab10] = [measured(lines), measured(trained)];
		expect(found.step).toBe(10);
		for (const name of ['validationLoss', 'triggerLoss', 'nonTriggerLoss', 'triggerOptimum', 'nonTriggerOptimum'])
			expect(Math.abs(found[name] - lab10[name]), name).toBeLessThan(1e-4);
		// Stopped and resumed, with batches in parts, it is the same training.
		python(out, 'train.py', '--device', 'cpu', '--out', 'parts', '--until', '7', '--accumulate', '2');
		python(out, 'train.py', '--device', 'cpu', '--out', 'parts', '--resume', '--accumulate', '3');
		expect(largestDifference(lossesIn(join(out, 'parts')), lossesIn(join(out, 'whole')))).toBeLessThan(1e-5);
	});
});
