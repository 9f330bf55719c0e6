/** The runs of an experiment, as every part of the lab counts and trains them. */
import { describe, expect, it } from 'vitest';
import { cellsOf, keysOf } from '../../src/cli/sweep/lines';
import { defaultExperiment, isUsed } from '../../src/experiment/fields';
import { countRuns, otherPoints, runKey, runsOf, sharedRunsSentence } from '../../src/experiment/runs';
import { sweepPoints } from '../../src/experiment/sweep';
import { lambdaValues, oneLayerAtATime, sweepOf } from '../../src/experiment/sweepBuilders';
import type { Experiment } from '../../src/experiment/types';
import { readExperiment } from '../../src/experiment/validate';
import { newRuns } from '../../src/ui/transport/queue';
import { infos } from '../ui/invented';

function experimentOf(fields: Record<string, unknown>): Experiment {
	const { experiment, problems } = readExperiment(fields);
	expect(problems).toEqual([]);
	return experiment;
}

/** Keys of two experiments of one method and one seed that differ in `fields`. */
const keys = (base: Record<string, unknown>, ...others: Record<string, unknown>[]) =>
	[{}, ...others].map((fields) => runKey(experimentOf({ ...base, ...fields }), 'vanilla', 1));

describe('a run ignores', () => {
	it.each([
		['β₁ with SGD', { optimizer: 'sgd' }, { beta1: 0.5 }],
		['β₂ and ε with SGD', { optimizer: 'sgd' }, { beta2: 0.5, epsilon: 1e-6 }],
		['momentum with AdamW', {}, { momentum: 0.5 }],
		['Muon’s fields with SGD', { optimizer: 'sgd' }, { muonLearningRate: 0.5, muonMomentum: 0.1 }],
		['the end of a schedule that is constant', { schedule: 'constant' }, { endLearningRate: 0 }],
		['the size of a vocabulary that the book gives', { task: 'induction', passage: 'book' }, { vocabularySize: 64 }],
		['null for what null means', { heads: 4, learningRate: 1e-3 }, { kvHeads: 4, endLearningRate: 1e-4 }],
		['the other methods and seeds', {}, { methods: ['vanilla', 'svformer'], seeds: [1, 2] }],
	])('%s', (_, base, other) => {
		const [own, changed] = keys(base, other);
		expect(changed).toBe(own);
	});

	it.each([
		['momentum with SGD', { optimizer: 'sgd' }, { momentum: 0.5 }],
		['β₁ with Muon, whose AdamW has it', { optimizer: 'muon' }, { beta1: 0.5 }],
		['the end of a cosine', {}, { endLearningRate: 0 }],
		['the vocabulary of random tokens', { task: 'induction' }, { vocabularySize: 64 }],
		['fewer KV heads', {}, { kvHeads: 2 }],
		['the steps between two measurements', {}, { validateEvery: 7 }],
	])('but not %s', (_, base, other) => {
		const [own, changed] = keys(base, other);
		expect(changed).not.toBe(own);
	});

	it('nothing that the form shows, and the form hides what it ignores', () => {
		expect(isUsed('endLearningRate', { ...defaultExperiment(), schedule: 'constant' })).toBe(false);
		expect(isUsed('vocabularySize', experimentOf({ task: 'induction', passage: 'book' }))).toBe(false);
	});
});

describe('runs that several points have', () => {
	const layers = experimentOf({ layers: 4, seeds: [1, 2], sweep: oneLayerAtATime({ layers: 4 }) });

	it('are listed once, with all their points', () => {
		expect(countRuns(layers)).toBe(2 * (1 + 3));
		const [vanilla, , first] = runsOf(layers);
		expect([vanilla.method, vanilla.seed, vanilla.point.index, vanilla.alsoAt]).toEqual(['vanilla', 1, 0, [1, 2]]);
		expect([first.method, first.alsoAt]).toEqual(['resformer:sparse(layers=2)', []]);
		expect(sharedRunsSentence(layers)).toBe('2 runs belong to several points and train once.');
		expect(sharedRunsSentence(defaultExperiment())).toBe('');
	});

	it('are the same to the form, the page and the terminal', () => {
		const sweeps = [
			layers,
			experimentOf({ sweep: lambdaValues({ method: 'neutreno', weight: 0 }, [0.1, 0.2]) }),
			experimentOf({ optimizer: 'sgd', seeds: [1, 2], sweep: sweepOf('beta1', [0.1, 0.2, 0.3]) }),
			experimentOf({ sweep: sweepOf('steps', [100, 200]) }),
		];
		for (const experiment of sweeps) {
			const cells = cellsOf(experiment);
			expect(new Set(cells.flatMap(keysOf)).size).toBe(countRuns(experiment));
			expect(newRuns(experiment, [])).toBe(countRuns(experiment));
			expect(newRuns(experiment, infos(experiment))).toBe(0);
			// Each point has a line for each of its methods, as ever.
			const lines = sweepPoints(experiment).reduce((sum, { experiment: at }) => sum + at.methods.length * at.seeds.length, 0);
			expect(cells.flatMap(({ runs }) => runs)).toHaveLength(lines);
		}
	});

	it('are announced with the field that no run uses', () => {
		const experiment = experimentOf({ methods: 'vanilla', optimizer: 'sgd', sweep: sweepOf('beta1', [0.1, 0.2]) });
		expect(sharedRunsSentence(experiment)).toBe('1 run belongs to several points and trains once. No run uses β₁ here.');
	});

	it('may be more than 300 with those that are counted once', () => {
		const sweep = lambdaValues(
			{ method: 'resformer:constant', weight: 0 },
			Array.from({ length: 200 }, (_, i) => i / 10),
		);
		expect(countRuns(experimentOf({ sweep }))).toBe(201);
	});

	it('are found again among stored runs, unless these have one for each point', () => {
		const run = (method: string, point: number, fork: unknown = null) => ({
			experiment: { ...sweepPoints(layers)[point].experiment, methods: [method], seeds: [1] },
			point,
			fork,
		});
		const sparse = run('resformer:sparse(layers=3)', 1);
		expect(otherPoints(layers, [run('vanilla', 0), sparse, run('vanilla', 0, {})])).toEqual([[1, 2], [], []]);
		expect(otherPoints(layers, [run('vanilla', 0), run('vanilla', 1), run('vanilla', 2), sparse])).toEqual([[], [], [], []]);
		expect(otherPoints(layers, [run('vanilla', 1), run('vanilla', 2)])).toEqual([[0], []]);
	});
});
