import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultExperiment } from '../../../src/experiment/fields';
import type { Results } from '../../../src/experiment/results';
import type { Experiment } from '../../../src/experiment/types';
import { LabClient } from '../../../src/session/client/client';
import type { ResultStore } from '../../../src/session/client/storage/resultDatabase';
import { keyOf, MOST_KEPT, ResultMemory } from '../../../src/session/client/storage/resultStorage';
import { FakePort, runInfo, stepsEvent } from './fakePort';

/** A store in memory that holds `room` results. */
class FakeStore implements ResultStore {
	readonly rows = new Map<string, unknown>();
	constructor(public room = Number.POSITIVE_INFINITY) {}

	async get(key: string): Promise<unknown> {
		return this.rows.get(key);
	}
	async put(key: string, results: Results): Promise<void> {
		this.rows.delete(key);
		if (this.rows.size >= this.room) throw new DOMException('no room', 'QuotaExceededError');
		this.rows.set(key, structuredClone(results));
	}
	async delete(key: string): Promise<void> {
		this.rows.delete(key);
	}
	async keys(): Promise<string[]> {
		return [...this.rows.keys()];
	}
}

const results = (changes: Partial<Experiment> = {}): Results => ({
	version: 1,
	recordedAt: '2026-11-22T20:00:00.000Z',
	adapter: null,
	experiment: { ...defaultExperiment(), ...changes },
	runs: [],
});

describe('trainings kept in the browser', () => {
	it('are found by their experiment, and by no other', async () => {
		const memory = new ResultMemory(new FakeStore());
		expect(await memory.keep(results({ layers: 3 }))).toBe('kept');
		expect(await memory.recall({ ...defaultExperiment(), layers: 3 })).toEqual(results({ layers: 3 }));
		expect(await memory.recall(defaultExperiment())).toBeNull();
	});

	it('are different for different long texts, which their links do not hold', () => {
		const own = (text: string): Experiment => ({ ...defaultExperiment(), task: 'own-text', text });
		expect(keyOf(own(`${'a'.repeat(3000)}b`))).not.toBe(keyOf(own(`${'a'.repeat(3000)}c`)));
		expect(keyOf(defaultExperiment())).toBe('');
	});

	it('are the newest twenty', async () => {
		const store = new FakeStore();
		const memory = new ResultMemory(store);
		for (let layers = 1; layers <= MOST_KEPT + 3; layers++) await memory.keep(results({ layers }));
		await memory.keep(results({ layers: 4 }));
		expect(store.rows.size).toBe(MOST_KEPT);
		expect(await memory.recall({ ...defaultExperiment(), layers: 3 })).toBeNull();
		expect(await memory.recall({ ...defaultExperiment(), layers: 4 })).not.toBeNull();
	});

	it('are none if storage is refused or holds anything else, without an error', async () => {
		const refused: ResultStore = {
			get: () => Promise.reject(new DOMException('no', 'SecurityError')),
			put: () => Promise.reject(new DOMException('no', 'SecurityError')),
			delete: () => Promise.reject(new Error('no')),
			keys: () => Promise.reject(new Error('no')),
		};
		for (const memory of [new ResultMemory(refused), new ResultMemory(null)]) {
			expect(await memory.keep(results())).toBe('refused');
			expect(await memory.recall(defaultExperiment())).toBeNull();
			await memory.forgetAll();
		}
		const store = new FakeStore();
		store.rows.set('', { version: 7 });
		expect(await new ResultMemory(store).recall(defaultExperiment())).toBeNull();
	});
});

describe('a training that finishes', () => {
	let port: FakePort;
	const settle = () => vi.advanceTimersByTimeAsync(200);
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	async function finish(client: LabClient, checkpoint = false): Promise<void> {
		client.start(defaultExperiment(), false, checkpoint ? [] : undefined);
		port.say({ type: 'runs', runs: [runInfo('vanilla')] });
		port.say(stepsEvent('vanilla-1', 0, [4, 3]));
		port.say({ type: 'finished', run: 'vanilla-1', steps: 2, metrics: { validationLoss: 3.5 } });
		port.say({ type: 'state', state: 'finished' });
		await vi.dynamicImportSettled();
		await settle();
	}
	const open = (store: ResultStore) => {
		port = new FakePort();
		return new LabClient(port, new ResultMemory(store));
	};

	it('is kept, with the data of its last events', async () => {
		const client = open(new FakeStore());
		await finish(client);
		const kept = await client.recall(defaultExperiment());
		expect(kept?.runs[0]).toMatchObject({
			id: 'vanilla-1',
			step: 2,
			finished: true,
			history: [{ step: 2, metrics: { validationLoss: 3.5 } }],
		});
		expect(client.store.getSnapshot().storageFull).toBe(false);
	});

	it('reports that there is no room, until the old ones are deleted', async () => {
		const store = new FakeStore(2);
		const client = open(store);
		for (const layers of [1, 2]) await new ResultMemory(store).keep(results({ layers }));
		await finish(client);
		expect(client.store.getSnapshot().storageFull).toBe(true);
		await Promise.all([client.forgetOld(), settle()]);
		expect(client.store.getSnapshot().storageFull).toBe(false);
		expect([...store.rows.keys()]).toEqual(['']);
		expect(await client.recall(defaultExperiment())).not.toBeNull();
	});

	it('is kept under the larger experiment if only methods or seeds were added', async () => {
		const store = new FakeStore();
		const client = open(store);
		await finish(client);
		const wide = { ...defaultExperiment(), seeds: [...defaultExperiment().seeds, 9] };
		client.add({ ...wide, learningRate: 0.01 });
		expect(client.store.getSnapshot().experiment).toEqual(defaultExperiment());
		client.add({ ...wide, seeds: [9] });
		expect(client.store.getSnapshot().experiment).toEqual(defaultExperiment());
		client.add(wide);
		expect(client.store.getSnapshot().experiment).toBe(wide);
		port.say({ type: 'state', state: 'finished' });
		await settle();
		expect((await client.recall(wide))?.runs).toHaveLength(1);
	});

	it('is not kept if it started from a checkpoint: its link alone would not reproduce it', async () => {
		const store = new FakeStore();
		await finish(open(store), true);
		expect(store.rows.size).toBe(0);
	});
});
