/** Runs that charts and maps show before the user chooses. */
import { describe, expect, it } from 'vitest';
import type { RunInfo } from '../../../src/experiment/records/run';
import { RunCollection } from '../../../src/session/client/runs/runCollection';
import { runInfo } from './fakePort';

const METHODS = ['vanilla', 'resformer', 'svformer'];

/** The runs of a sweep, in the worker's order. */
const sweep = (points: number, methods = METHODS, seeds = [1, 2]): RunInfo[] =>
	Array.from({ length: points }, (_, point) =>
		methods.flatMap((method) => seeds.map((seed) => ({ ...runInfo(method, seed), id: `${method}#${seed}@${point}`, point }))),
	)
		.flat()
		.map((info) => ({ ...info, group: `${info.method}@${info.point}` }));

const visibleOf = (runs: RunCollection) =>
	runs
		.all()
		.map((record) => record.view())
		.filter(({ visible }) => visible)
		.map(({ info }) => info);
const pointsOf = (runs: RunCollection) => [...new Set(visibleOf(runs).map(({ point }) => point))];

function listed(infos: RunInfo[]): RunCollection {
	const runs = new RunCollection();
	runs.list(infos);
	return runs;
}

describe('a sweep starts with', () => {
	it('all runs visible if they make few lines', () => {
		expect(visibleOf(listed(sweep(4)))).toHaveLength(24);
	});

	it('every run of evenly spaced points visible, the first and the last among them, if they make many', () => {
		const runs = listed(sweep(50));
		expect(pointsOf(runs)).toEqual([0, 16, 33, 49]);
		expect(visibleOf(runs)).toHaveLength(24);
	});

	it('the first point visible alone if one has many methods', () => {
		const methods = Array.from({ length: 20 }, (_, i) => `method ${i}`);
		expect(pointsOf(listed(sweep(7, methods, [1])))).toEqual([0]);
	});
});

describe('runs that are added to a sweep are visible', () => {
	it('at the points that are shown, however many methods there are then', () => {
		const runs = listed(sweep(50));
		runs.list(sweep(50, [...METHODS, 'neutreno']));
		expect(pointsOf(runs)).toEqual([0, 16, 33, 49]);
		expect(visibleOf(runs)).toHaveLength(32);
	});

	it('always if they are forks', () => {
		const runs = listed(sweep(50));
		const [parent] = sweep(50).filter(({ point }) => point === 7);
		const fork = { ...parent, id: 'fork', group: 'fork', fork: { from: parent.id, step: 3, change: { learningRate: 1e-3 } } };
		runs.list([...sweep(50), fork]);
		expect(visibleOf(runs)).toContainEqual(fork);
	});
});

it('runs that are added to one experiment are visible, even while all others are hidden', () => {
	const runs = listed(METHODS.map((method) => runInfo(method)));
	for (const record of runs.all()) record.show(false);
	runs.list([...METHODS, 'neutreno'].map((method) => runInfo(method)));
	expect(visibleOf(runs).map(({ method }) => method)).toEqual(['neutreno']);
});
