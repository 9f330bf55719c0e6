import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../../../src/experiment/fields';
import type { RunInfo } from '../../../src/experiment/records/run';
import type { StoredWeights } from '../../../src/experiment/records/stored';
import { LabClient } from '../../../src/session/client/client';
import { MOST_TRAININGS } from '../../../src/session/client/stored/rows';
import { TrainingKeeper } from '../../../src/session/client/stored/trainingKeeper';
import { TrainingStorage } from '../../../src/session/client/stored/trainingStorage';
import { frameOf, infos } from '../../ui/invented';
import { FakePort, runInfo, stepsEvent } from './fakePort';
import { MemoryFolders, MemoryLocks, MemoryRows, nameOf, weightsAt } from './memoryStorage';

let rows: MemoryRows;
let folders: MemoryFolders;
let locks: MemoryLocks;
let time: number;
const tabs: LabClient[] = [];

/** A page of the browser whose storage all tabs of a test share. */
class Tab {
	readonly port = new FakePort();
	readonly client: LabClient;

	constructor() {
		const storage = new TrainingStorage(rows, folders, locks, () => ++time);
		this.client = new LabClient(this.port, undefined, undefined, {
			load: async (deps) => new TrainingKeeper(deps, storage),
			exists: async () => true,
		});
		tabs.push(this.client);
	}

	get state() {
		return this.client.stored.getSnapshot();
	}

	/** The worker lists its runs. */
	async list(training: string, runs: RunInfo[] = [runInfo('vanilla')], seeded = runs.map(({ id }) => id)): Promise<void> {
		this.port.say({ type: 'storing', training, names: Object.fromEntries(runs.map(({ id }) => [id, nameOf(id)])), seeded });
		this.port.say({ type: 'runs', runs });
		this.port.say({ type: 'state', state: 'running' });
		await settle();
	}

	async train(training: string, ...runs: RunInfo[]): Promise<void> {
		this.client.start(defaultExperiment());
		await this.list(training, runs.length > 0 ? runs : undefined);
	}

	/** The worker has written a run's weights. */
	async store(training: string, weights: StoredWeights, run = 'vanilla-1'): Promise<void> {
		folders.write(training, weights.file);
		this.port.say({ type: 'stored', training, run, weights });
		await settle();
	}

	async look() {
		await this.client.stored.look();
		return this.state.list ?? [];
	}

	async continue(id: string): Promise<void> {
		void (await this.client.stored.open()).continue(id);
		await settle();
	}
}

/** Jobs in flight, and the delay of changes that are made often. */
const settle = () => vi.advanceTimersByTimeAsync(1200);
const notices = (tab: Tab) => tab.client.store.getSnapshot().notices.map(({ text }) => text);

beforeEach(() => {
	vi.useFakeTimers();
	[rows, folders, locks, time] = [new MemoryRows(), new MemoryFolders(), new MemoryLocks(), 0];
});
afterEach(() => {
	for (const client of tabs.splice(0)) client.close();
	vi.useRealTimers();
});

describe('a stored training', () => {
	it('lets the worker write files only once the browser has a row and a lock for it', async () => {
		const tab = new Tab();
		tab.client.start(defaultExperiment());
		expect(tab.port.of('store')).toEqual([]);
		await tab.list('a');
		expect(tab.port.of('store')).toEqual([{ type: 'store', training: 'a', runs: [] }]);
		expect((await locks.taken()).has('a')).toBe(true);
		expect(rows.all.trainings.has('a')).toBe(true);
	});

	it('comes back in another page with curves, probes, names, visibility and baseline, cut to the stored step', async () => {
		const [vanilla] = infos({ ...defaultExperiment(), methods: ['vanilla'], seeds: [1] });
		const tab = new Tab();
		await tab.train('a', vanilla);
		tab.port.say({ type: 'frame', frame: frameOf(vanilla, 0) });
		tab.port.say(stepsEvent(vanilla.id, 0, [4, 3.5, Math.fround(3.1), 2.9]));
		tab.port.say({ type: 'metrics', run: vanilla.id, step: 3, metrics: { validationLoss: 3.2 } });
		tab.port.say({ type: 'frame', frame: frameOf(vanilla, 3) });
		await tab.store('a', weightsAt(3, 'f1'), vanilla.id);
		// Later than the weights: trained again.
		tab.port.say(stepsEvent(vanilla.id, 4, [2.8]));
		tab.port.say({ type: 'metrics', run: vanilla.id, step: 5, metrics: { validationLoss: 3 } });
		tab.client.store.rename(vanilla.id, 'Mine');
		tab.client.store.show([vanilla.id], false);
		tab.client.store.pin(vanilla.group);
		await settle();
		tab.client.stored.stop();
		await settle();

		const other = new Tab();
		expect(await other.look()).toMatchObject([{ id: 'a', runs: 1, step: 3, current: false, elsewhere: false, problem: null }]);
		await other.continue('a');
		const [{ stored }] = other.port.of('continue');
		expect(stored).toMatchObject({ id: 'a', experiment: defaultExperiment(), runs: [{ id: vanilla.id, weights: weightsAt(3, 'f1') }] });
		other.port.say({ type: 'started', experiment: stored.experiment, fromCheckpoint: false });
		await other.list('a', [vanilla]);
		const [view] = other.client.store.views();
		expect([view.name, view.visible, view.step]).toEqual(['Mine', false, 3]);
		expect([...view.series.losses]).toEqual([4, 3.5, Math.fround(3.1)]);
		expect(view.history).toEqual([{ step: 3, metrics: { validationLoss: 3.2 } }]);
		expect(view.frames.steps).toEqual([0, 3]);
		expect(view.frames.at(1).tokens).toEqual(frameOf(vanilla, 3).tokens);
		expect(other.client.store.getSnapshot().baseline).toBe(vanilla.group);
		other.port.say(stepsEvent(vanilla.id, 3, [2.9]));
		expect([...other.client.store.views()[0].series.losses]).toEqual([4, 3.5, Math.fround(3.1), Math.fround(2.9)]);
	});

	it('keeps its last state if a later one can’t be recorded', async () => {
		const tab = new Tab();
		await tab.train('a');
		await tab.store('a', weightsAt(1, 'f1'));
		await tab.store('a', weightsAt(2, 'f2'));
		expect(folders.in('a')).toEqual(['f2']);
		rows.mostTrainings = 0;
		await tab.store('a', weightsAt(3, 'f3'));
		expect(folders.in('a')).toEqual(['f2']);
		expect(tab.state.problem).toBe('full');
		rows.mostTrainings = 9;
		await (await tab.client.stored.open()).clear();
		await settle();
		expect(tab.port.of('store').at(-1)).toEqual({ type: 'store', training: 'a', runs: ['vanilla-1'] });
		await tab.store('a', weightsAt(3, 'f4'));
		expect(tab.state.problem).toBeNull();
		expect(folders.in('a')).toEqual(['f4']);
	});

	it('has a run without weights only if its seed draws them: a fork would train from other weights', async () => {
		const tab = new Tab();
		const fork = { ...runInfo('vanilla', 1, 'fork'), id: 'vanilla-1~2', fork: { from: 'vanilla-1', step: 2, change: {} } };
		tab.client.start(defaultExperiment());
		await tab.list('a', [runInfo('vanilla'), fork], ['vanilla-1']);
		expect([...rows.all.runs.keys()]).toEqual(['a|vanilla-1']);
		await tab.store('a', weightsAt(2, 'f1'), fork.id);
		expect([...rows.all.runs.keys()]).toEqual(['a|vanilla-1', `a|${fork.id}`]);
	});

	it('has the methods and seeds that were added', async () => {
		const tab = new Tab();
		await tab.train('a');
		tab.client.add({ ...defaultExperiment(), seeds: [...defaultExperiment().seeds, 7] });
		await tab.list('a', [runInfo('vanilla'), runInfo('vanilla', 7)]);
		tab.client.stored.stop();
		await settle();
		const [stored] = await new Tab().look();
		expect(stored.experiment?.seeds).toEqual([...defaultExperiment().seeds, 7]);
		expect(stored.runs).toBe(2);
	});

	it('loses the runs that the user removes, and is deleted by a reset', async () => {
		const tab = new Tab();
		await tab.train('a', runInfo('vanilla'), runInfo('svformer'));
		await tab.store('a', weightsAt(1, 'f1'));
		await tab.store('a', weightsAt(1, 'f2'), 'svformer-1');
		tab.client.remove(['vanilla-1']);
		await settle();
		expect(folders.in('a')).toEqual(['f2']);
		expect([...rows.all.runs.keys()]).toEqual(['a|svformer-1']);
		// The worker was writing it.
		await tab.store('a', weightsAt(2, 'f3'));
		expect(folders.in('a')).toEqual(['f2']);
		tab.client.reset();
		tab.port.say({ type: 'state', state: 'idle' });
		await settle();
		expect([rows.all.trainings.size, rows.all.runs.size, folders.files.size]).toEqual([0, 0, 0]);
	});

	it('stays when another one is started, and its name is free for other tabs', async () => {
		const tab = new Tab();
		await tab.train('a');
		await tab.store('a', weightsAt(1, 'f1'));
		await tab.train('b');
		expect([...(await locks.taken())]).toEqual(['b']);
		expect((await tab.look()).map(({ id, current }) => [id, current])).toEqual([
			['b', true],
			['a', false],
		]);
	});

	it('is named with the reason if it can’t be read', async () => {
		const tab = new Tab();
		await tab.train('a');
		await tab.store('a', weightsAt(1, 'f1'));
		await tab.train('b');
		const stored = (id: string) => rows.all.trainings.get(id) as Record<string, unknown>;
		rows.all.trainings.set('c', { ...stored('a'), id: 'c', version: 2 });
		rows.all.trainings.set('d', { ...stored('a'), id: 'd', experiment: 7 });
		const problems = Object.fromEntries((await tab.look()).map(({ id, problem }) => [id, problem]));
		expect(problems).toEqual({ a: null, b: null, c: 'it was stored by another version of this page', d: 'its data are damaged' });
		const row = rows.all.runs.get('a|vanilla-1') as Record<string, unknown>;
		rows.all.runs.set('a|vanilla-1', { ...row, series: { ...(row.series as object), losses: new Float32Array(3) } });
		await tab.continue('a');
		expect(notices(tab)).toEqual(['The stored training can’t be continued: its data are damaged.']);
		expect(tab.port.of('continue')).toEqual([]);
		expect((await locks.taken()).has('a')).toBe(false);
	});
});

describe('without room', () => {
	it('the oldest training is deleted, which is said, until none is left', async () => {
		const tab = new Tab();
		for (const id of ['a', 'b', 'c']) {
			await tab.train(id);
			await tab.store(id, weightsAt(1, `f${id}`));
		}
		const full = async () => {
			tab.port.say({ type: 'notStored', training: 'c', reason: 'full', message: 'no room' });
			await settle();
		};
		const sent = tab.port.of('store').length;
		await full();
		expect([...rows.all.trainings.keys()]).toEqual(['b', 'c']);
		expect([...folders.files.keys()]).toEqual(['b', 'c']);
		expect(notices(tab)[0]).toContain('the oldest stored training was deleted');
		await full();
		expect(tab.port.of('store')).toHaveLength(sent + 2);
		expect(tab.state.problem).toBeNull();
		await full();
		expect([...rows.all.trainings.keys()]).toEqual(['c']);
		expect(folders.in('c')).toEqual(['fc']);
		expect(tab.state.problem).toBe('full');
		expect(tab.port.of('store')).toHaveLength(sent + 2);
	});

	it('for rows, the oldest training is deleted too', async () => {
		const tab = new Tab();
		await tab.train('a');
		await tab.store('a', weightsAt(1, 'f1'));
		await tab.train('b');
		rows.mostTrainings = 1;
		await tab.store('b', weightsAt(1, 'f2'));
		expect([...rows.all.trainings.keys()]).toEqual(['b']);
		expect(folders.in('b')).toEqual(['f2']);
		expect(tab.state.problem).toBeNull();
	});

	it(`at most ${MOST_TRAININGS} are kept`, async () => {
		const tab = new Tab();
		await tab.train('t0');
		await tab.train('t1');
		const row = rows.all.trainings.get('t1') as { changedAt: number };
		for (let i = 2; i <= MOST_TRAININGS; i++) rows.all.trainings.set(`t${i}`, { ...row, id: `t${i}`, changedAt: row.changedAt + i });
		await tab.train('last');
		expect(rows.all.trainings.size).toBe(MOST_TRAININGS);
		expect(['t0', 't1', 't2', 'last'].map((id) => rows.all.trainings.has(id))).toEqual([false, false, true, true]);
	});
});

describe('two tabs', () => {
	it('do not touch each other’s training', async () => {
		const [one, two] = [new Tab(), new Tab()];
		await one.train('a');
		await one.store('a', weightsAt(1, 'f1'));
		await two.train('b');
		await two.store('b', weightsAt(1, 'f2'));
		expect(await two.look()).toMatchObject([
			{ id: 'b', current: true, elsewhere: false },
			{ id: 'a', current: false, elsewhere: true },
		]);
		await two.continue('a');
		expect(notices(two)).toEqual(['The stored training can’t be continued: it is open in another tab.']);
		const keeper = await two.client.stored.open();
		await keeper.delete('a');
		await keeper.clear();
		two.port.say({ type: 'notStored', training: 'b', reason: 'full', message: 'no room' });
		await settle();
		expect([...rows.all.trainings.keys()]).toEqual(['a', 'b']);
		expect([folders.in('a'), folders.in('b')]).toEqual([['f1'], ['f2']]);
		expect(two.state.problem).toBe('full');
	});
});

describe('a reload', () => {
	it('loses steps until a run in training is stored', async () => {
		const tab = new Tab();
		expect(tab.client.stored.unsaved).toBe(false);
		await tab.train('a');
		expect(tab.client.stored.unsaved, 'before the first step there is nothing to lose').toBe(false);
		tab.port.say(stepsEvent('vanilla-1', 0, [4]));
		await settle();
		expect(tab.client.stored.unsaved).toBe(true);
		await tab.store('a', weightsAt(1, 'f1'));
		expect(tab.client.stored.unsaved).toBe(false);
		tab.port.say({ type: 'notStored', training: 'a', reason: 'refused', message: 'no' });
		expect(tab.client.stored.unsaved).toBe(true);
		tab.port.say({ type: 'state', state: 'finished' });
		await settle();
		expect(tab.client.stored.unsaved, 'nothing trains').toBe(false);
	});

	it('loses steps if the browser stores nothing', async () => {
		const port = new FakePort();
		const client = new LabClient(port, undefined, undefined, {
			load: () => Promise.reject(new Error('offline')),
			exists: async () => false,
		});
		tabs.push(client);
		client.start(defaultExperiment());
		port.say({ type: 'storing', training: 'a', names: {}, seeded: [] });
		port.say({ type: 'runs', runs: [runInfo('vanilla')] });
		port.say({ type: 'state', state: 'running' });
		port.say(stepsEvent('vanilla-1', 0, [4]));
		await settle();
		expect(client.stored.unsaved).toBe(true);
		expect(client.stored.getSnapshot().problem).toBe('refused');
	});
});
