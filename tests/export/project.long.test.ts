import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METHODS } from '../../src/experiment/methods/catalogue';
import { OPTIMIZERS } from '../../src/experiment/optimizers';
import { TASK_NAMES } from '../../src/experiment/tasks';
import { jsonLines, lab } from '../cli/lab';
import { exportProject, largestDifference, lossesIn, python, TINY } from './projects';
import { torchPython } from './python';

/** Further combinations whose order matters. */
const COMBINATIONS = [
	'gate:element+resformer',
	'sink:zero+gqa:2',
	'value-embedding+svformer',
	'qk-norm+gqa:2+resformer:learnable',
	'skipv1+gqa:2+value-embedding+gate:head',
	'cla:2+value-embedding+qk-norm+sink:learned',
	'cross-layer+gate:element+sink:learned+qk-norm',
	'neutreno+gate:head+sink:learned+value-embedding',
	'denseformer+gate:head+sink:zero',
	'denseformer+resformer:dense',
	'neutreno+resformer',
	'neutreno(0.3)+gqa:2',
	'resformer:sparse(5;1;layers=3)',
	'resformer:constant(2;0.5)',
];

/** `torchrun` with two processes on the processor. */
const twoProcesses = (folder: string, ...args: string[]): string =>
	python(folder, '-m', 'torch.distributed.run', ...FLAGS, '--standalone', '--nproc_per_node=2', 'train.py', '--device', 'cpu', ...args);

// torchrun of PyTorch 1.13 fails on Python 3.11 and later without them, as the README says.
const FLAGS = ['--redirects', '1', '--tee', '1'];

const RATES = { adamw: { learningRate: 0.003 }, sgd: { learningRate: 0.2 }, muon: { learningRate: 0.01, muonLearningRate: 0.02 } };

describe.skipIf(!torchPython)('PyTorch projects', () => {
	it('have the lab’s losses with every method', async () => {
		const names = METHODS.map(({ name }) => name);
		for (const [i, methods] of [names, COMBINATIONS].entries()) {
			const out = await exportProject(`catalogue-${i}`, { ...TINY, methods });
			expect(readdirSync(out).filter((name) => name.endsWith('#1'))).toHaveLength(methods.length);
			const report = python(out, 'check.py', '--device', 'cpu');
			expect(report.match(/ {2}ok: .* of 10 losses/g), report).toHaveLength(methods.length);
		}
	});

	it.each(TASK_NAMES)('have the lab’s losses on the task %s', async (task) => {
		const text = task === 'own-text' ? { text: 'a text of the user’s own, over and over. '.repeat(20) } : {};
		const { sequenceLength: _, ...sizes } = TINY;
		const length = task === 'modular-addition' ? {} : { sequenceLength: 24 };
		const out = await exportProject(task, { ...sizes, ...length, ...text, task, methods: ['resformer'] });
		expect(python(out, 'check.py', '--device', 'cpu')).toContain('of 10 losses');
	});

	it.each(OPTIMIZERS)('continue the lab’s curve from a step with %s', async (optimizer) => {
		const experiment = { ...TINY, ...RATES[optimizer], optimizer, steps: 40, methods: ['resformer:learnable', 'gate:head+sink:learned'] };
		const out = await exportProject(`from-20-${optimizer}`, experiment, ['--steps', '20', '--losses', '20']);
		const report = python(out, 'check.py', '--device', 'cpu');
		expect(report.match(/ {2}ok: .* of 20 losses/g), report).toHaveLength(2);
		const gated = readdirSync(out).find((name) => name.includes('gate-head')) as string;
		const trained = jsonLines((await lab(['train', join(out, gated, 'experiment.json'), '--json'])).stdout);
		const wanted = trained.filter((line) => 'loss' in line).map(({ loss }) => loss);
		python(out, 'train.py', gated, '--device', 'cpu', '--out', 'out');
		expect(largestDifference(lossesIn(join(out, 'out')), wanted.slice(20))).toBeLessThan(1e-4);
	});

	it.each(OPTIMIZERS)('train the same on two processes as on one with %s, also across --resume', async (optimizer) => {
		const experiment = {
			...TINY,
			...RATES[optimizer],
			optimizer,
			task: 'mqar',
			sequenceLength: 24,
			batchSize: 5,
			steps: 50,
			validateEvery: 25,
		};
		const out = await exportProject(`two-${optimizer}`, { ...experiment, methods: ['resformer:plus'] }, ['--losses', '0']);
		python(out, 'train.py', '--device', 'cpu', '--out', 'one');
		twoProcesses(out, '--out', 'two');
		twoProcesses(out, '--out', 'resumed', '--until', '21', '--accumulate', '2');
		twoProcesses(out, '--out', 'resumed', '--resume');
		const wanted = lossesIn(join(out, 'one'));
		expect(wanted).toHaveLength(50);
		for (const folder of ['two', 'resumed']) expect(largestDifference(lossesIn(join(out, folder)), wanted), folder).toBeLessThan(1e-5);
		// From two processes to one.
		twoProcesses(out, '--out', 'alone', '--until', '30');
		python(out, 'train.py', '--device', 'cpu', '--out', 'alone', '--resume');
		expect(largestDifference(lossesIn(join(out, 'alone')), wanted)).toBeLessThan(1e-5);
	});

	it('train at other sizes, from weights that the seed decides', async () => {
		const out = await exportProject('larger', { ...TINY, methods: ['resformer:sparse', 'gqa:2'] }, ['--losses', '0']);
		const sizes = ['--layers', '5', '--heads', '2', '--hidden-size', '24', '--intermediate-size', '32', '--sequence-length', '20'];
		for (const folder of ['a', 'b'])
			python(out, 'train.py', 'resformer-sparse#1', ...sizes, '--batch-size', '6', '--steps', '12', '--device', 'cpu', '--out', folder);
		expect(lossesIn(join(out, 'a'))).toEqual(lossesIn(join(out, 'b')));
		expect(lossesIn(join(out, 'a'))).toHaveLength(12);
		// The checkpoint is of these sizes, and a resume needs no flags to know them.
		expect(python(out, 'train.py', 'resformer-sparse#1', '--resume', '--device', 'cpu', '--out', 'a', '--steps', '14')).toContain(
			'steps 12 to 14',
		);
		expect(() => python(out, 'train.py', 'resformer-sparse#1', '--heads', '5', '--device', 'cpu')).toThrow(/must divide --hidden-size/);
	});
});
