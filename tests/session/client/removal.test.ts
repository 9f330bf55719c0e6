import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../../../src/experiment/fields';
import type { RunInfo } from '../../../src/experiment/records/run';
import { LabClient } from '../../../src/session/client/client';
import { NOTIFY_INTERVAL } from '../../../src/session/client/store/pacing';
import { FakePort, runInfo, stepsEvent } from './fakePort';

let port: FakePort;
let client: LabClient;
const now = () => client.store.getSnapshot();
const settle = () => vi.advanceTimersByTime(NOTIFY_INTERVAL);
const ids = () => now().runs.map(({ info }) => info.id);
const methods = ['vanilla', 'resformer', 'svformer'];
const say = (...runs: RunInfo[]) => {
	port.say({ type: 'runs', runs });
	settle();
};
const all = () => methods.map((method) => runInfo(method));
const without = (...gone: string[]) => all().filter(({ method }) => !gone.includes(method));

beforeEach(() => {
	vi.useFakeTimers();
	port = new FakePort();
	client = new LabClient(port);
	client.start(defaultExperiment());
	port.say({ type: 'runs', runs: all() });
	port.say({ type: 'state', state: 'running' });
	for (const method of methods) port.say(stepsEvent(`${method}-1`, 0, [4, 3]));
	settle();
});
afterEach(() => {
	client.close();
	vi.useRealTimers();
});

describe('a removed run', () => {
	it('disappears at once, and is named for as long as it can be restored', () => {
		client.store.rename('resformer-1', 'My run');
		client.remove(['resformer-1']);
		expect(ids()).toEqual(['vanilla-1', 'svformer-1']);
		expect(now().removed).toEqual([{ id: 'resformer-1', name: 'My run' }]);
		expect(port.of('remove')).toEqual([{ type: 'remove', runs: ['resformer-1'] }]);
	});

	it('stays hidden while the worker still lists it', () => {
		client.remove(['resformer-1']);
		say(...all());
		expect(ids()).toEqual(['vanilla-1', 'svformer-1']);
		say(...without('resformer'));
		expect(now().removed).toHaveLength(1);
	});

	it('is restored at once with its curve, name and visibility, in its place', () => {
		client.store.rename('resformer-1', 'My run');
		client.store.show(['resformer-1'], false);
		const before = now().runs[1];
		client.remove(['resformer-1']);
		port.say(stepsEvent('resformer-1', 2, [2.5])); // on its way while the user clicked
		say(...without('resformer'));
		client.restore();
		expect(ids()).toEqual(methods.map((method) => `${method}-1`));
		expect(now().runs[1]).toMatchObject({ name: 'My run', visible: false, info: before.info });
		expect([...now().runs[1].series.losses]).toEqual([4, 3, 2.5]);
		expect(now().removed).toEqual([]);
		expect(port.of('restore')).toEqual([{ type: 'restore', runs: ['resformer-1'] }]);
	});

	it('stays if the worker answers the removal after the run was restored', () => {
		client.remove(['resformer-1']);
		client.restore();
		say(...without('resformer'));
		expect(ids()).toContain('resformer-1');
		say(...without('resformer'), runInfo('resformer'));
		expect(ids()).toEqual(methods.map((method) => `${method}-1`));
		expect(now().runs[1].series.length).toBe(2);
	});

	it('can no longer be restored after another removal or a new start', () => {
		client.remove(['resformer-1']);
		client.remove(['svformer-1']);
		expect(now().removed.map(({ id }) => id)).toEqual(['svformer-1']);
		say(...all());
		expect(ids()).toEqual(['vanilla-1']);
		client.start(defaultExperiment());
		expect(now().removed).toEqual([]);
		client.restore();
		expect(port.of('restore')).toEqual([]);
		say(...all());
		expect(ids()).toHaveLength(3);
	});

	it('can be restored even if it was the last one and the worker has no runs', () => {
		client.remove(ids());
		port.say({ type: 'runs', runs: [] });
		port.say({ type: 'state', state: 'idle' });
		settle();
		expect(now().removed).toHaveLength(3);
		client.restore();
		expect(ids()).toEqual(['vanilla-1', 'resformer-1', 'svformer-1']);
		expect([...now().runs[0].series.losses]).toEqual([4, 3]);
		say(...all());
		expect(ids()).toHaveLength(3);
	});

	it('stays if the worker’s empty list arrives after the run was restored', () => {
		client.remove(ids());
		client.restore();
		port.say({ type: 'runs', runs: [] });
		port.say({ type: 'state', state: 'idle' });
		settle();
		expect([...now().runs[2].series.losses]).toEqual([4, 3]);
	});

	it('can no longer be restored after a reset', () => {
		client.remove(['resformer-1']);
		client.reset();
		expect(now().removed).toEqual([]);
		port.say({ type: 'runs', runs: [] });
		port.say({ type: 'state', state: 'idle' });
		settle();
		expect(now()).toMatchObject({ runs: [], removed: [] });
	});

	it('starts again when it is added again, as another run of that name', () => {
		client.remove(['resformer-1']);
		client.add({ ...defaultExperiment(), methods: ['resformer'] });
		expect(now().removed).toEqual([]);
		say(...without('resformer'), runInfo('resformer'));
		expect(now().runs.at(-1)?.info.id).toBe('resformer-1');
		expect(now().runs.at(-1)?.series.length).toBe(0);
	});

	it('no longer counts in the steps left', () => {
		expect(now().stepsLeft).toBe(3 * 398);
		client.remove(['resformer-1', 'svformer-1']);
		expect(now().stepsLeft).toBe(398);
	});
});

describe('a list of runs', () => {
	it('does not change names, visibility, the pinned baseline and unchanged runs', () => {
		client.store.rename('vanilla-1', 'Mine');
		client.store.show(['svformer-1'], false);
		client.store.pin('svformer');
		const before = now().runs;
		say(...all(), runInfo('neutreno'));
		expect(
			now()
				.runs.slice(0, 3)
				.every((run, i) => run === before[i]),
		).toBe(true);
		expect(now().baseline).toBe('svformer');
		const lambdaEdits = [{ step: 2, lambdas: [{ layer: 1, index: 0, value: 1, label: 'λ₁' }] }];
		say({ ...runInfo('vanilla'), lambdaEdits });
		expect(now().runs[0]).toMatchObject({ name: 'Mine', info: { lambdaEdits } });
	});

	it('lets forks begin at their step, and every run end at its last step', () => {
		const fork: RunInfo = {
			...runInfo('vanilla'),
			id: 'fork',
			group: 'fork',
			experiment: { ...runInfo('vanilla').experiment, steps: 500 },
			fork: { from: 'vanilla-1', step: 100, change: { steps: 500 } },
		};
		say(runInfo('vanilla'), fork);
		expect(now().runs.find(({ info }) => info.id === 'fork')?.step).toBe(100);
		expect(now().stepsLeft).toBe(398 + 400);
		port.say(stepsEvent('fork', 100, [2, 1]));
		settle();
		const series = now().runs.find(({ info }) => info.id === 'fork')?.series;
		expect([series?.first, series?.length]).toEqual([100, 102]);
		expect(now().stepsLeft).toBe(398 + 398);
	});

	it('does not take the steps of a new run for a fast pace', () => {
		for (let step = 2; step < 42; step++) {
			port.say(stepsEvent('vanilla-1', step, [2]));
			vi.advanceTimersByTime(100);
		}
		expect(now().stepsPerSecond).toBeCloseTo(10, 0);
		port.say({ type: 'runs', runs: [...all(), { ...runInfo('neutreno'), fork: { from: 'vanilla-1', step: 300, change: { clip: 2 } } }] });
		for (let step = 42; step < 72; step++) {
			port.say(stepsEvent('vanilla-1', step, [2]));
			vi.advanceTimersByTime(100);
		}
		expect(now().stepsPerSecond).toBeCloseTo(10, 0);
	});
});

it('forgets the interventions on a removed run', () => {
	client.interventions.edit(client.store.views()[0], (before) => ({ ...before, sinkLogit: true }));
	const { id } = client.store.views()[0].info;
	expect(client.interventions.isIntervened(id)).toBe(true);
	client.remove([id]);
	expect(client.interventions.getSnapshot().runs.has(id)).toBe(false);
});

it('keeps runs that are added after a reset, though one of the same id was about to be removed', () => {
	client.reset();
	client.add(defaultExperiment());
	port.say({ type: 'state', state: 'paused' });
	client.remove(['vanilla-1']);
	expect(port.of('remove')).toEqual([]);
	port.say({ type: 'runs', runs: [] });
	port.say({ type: 'state', state: 'idle' });
	say(...all());
	expect(ids()).toEqual(all().map(({ id }) => id));
});
