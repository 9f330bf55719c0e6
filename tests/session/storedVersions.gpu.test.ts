/** Trainings that earlier versions of the page stored, in the page and its worker as they are now. */
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { GpuContext } from '../../src/gpu/gpuContext';
import { LabClient } from '../../src/session/client/client';
import type { LabPort } from '../../src/session/client/connection/port';
import { STORED_VERSION } from '../../src/session/client/stored/rows';
import { TrainingKeeper } from '../../src/session/client/stored/trainingKeeper';
import { TrainingStorage } from '../../src/session/client/stored/trainingStorage';
import { Lab } from '../../src/session/worker/lab';
import type { WeightFiles } from '../../src/session/worker/storage/weightFiles';
import { openTestGpu } from '../support/webgpu';
import { MemoryFolders, MemoryLocks, MemoryRows } from './client/memoryStorage';
import { experimentOf } from './worker/openLab';

const fixture = (version: number) => new URL(`fixtures/storedTraining.v${version}.json`, import.meta.url);
const VANILLA = 'vanilla#1';
const FORK = 'vanilla#1~2';

class Browser implements WeightFiles {
	readonly rows = new MemoryRows();
	readonly folders = new MemoryFolders();
	readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
	async write(training: string, file: string, bytes: Uint8Array<ArrayBuffer>) {
		this.files.set(`${training}/${file}`, bytes.slice());
		this.folders.write(training, file);
	}
	async read(training: string, file: string) {
		const bytes = this.files.get(`${training}/${file}`);
		if (!bytes) throw new DOMException('none', 'NotFoundError');
		return bytes.slice();
	}

	/** A page with its worker. */
	open(): LabClient {
		const port: LabPort = { onmessage: null, onerror: null, postMessage: () => {}, terminate: () => {} };
		const lab = new Lab(
			() => GpuContext.open(openTestGpu().gpu),
			(event) => queueMicrotask(() => port.onmessage?.({ data: event })),
			undefined,
			this,
		);
		port.postMessage = (command) => void lab.handle(structuredClone(command));
		const storage = new TrainingStorage(this.rows, this.folders, new MemoryLocks());
		return new LabClient(port, undefined, undefined, {
			load: async (deps) => new TrainingKeeper(deps, storage),
			exists: async () => true,
		});
	}
}

const ARRAYS = { Float32Array, Float64Array, Int32Array, Uint16Array, Uint8Array };

/** JSON with typed arrays as their name and base64. NaN outside of them is null. */
const toJson = (value: unknown): string =>
	JSON.stringify(value, (_, part) =>
		ArrayBuffer.isView(part)
			? { array: part.constructor.name, base64: Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64') }
			: part,
	);
const fromJson = (text: string) =>
	JSON.parse(text, (_, part) =>
		part?.base64 === undefined
			? part
			: new ARRAYS[part.array as keyof typeof ARRAYS](Uint8Array.from(Buffer.from(part.base64, 'base64')).buffer),
	);

async function until(client: LabClient, ready: () => boolean): Promise<void> {
	await expect.poll(ready, { timeout: 60_000 }).toBe(true);
	expect(client.store.getSnapshot().notices).toEqual([]);
}

const stateOf = (client: LabClient) => client.store.getSnapshot();
const lossesOf = (client: LabClient, id: string) =>
	Array.from(client.store.views().find(({ info }) => info.id === id)?.series.losses ?? []).filter(Number.isFinite);

describe('a training stored by version', () => {
	it.each([1])('%d opens and continues, forks, λ and names included', async (version) => {
		const { rows, files, losses } = fromJson(await readFile(fixture(version), 'utf8'));
		const browser = new Browser();
		for (const table of ['trainings', 'runs', 'frames'] as const)
			for (const [key, row] of rows[table]) browser.rows.all[table].set(key, row);
		for (const [name, bytes] of files) browser.files.set(name, bytes);
		const client = browser.open();
		await client.stored.look();
		const [training] = client.stored.getSnapshot().list ?? [];
		expect(training).toMatchObject({ problem: null, runs: 3 });
		void (await client.stored.open()).continue(training.id);
		await until(client, () => stateOf(client).state === 'finished');
		const views = new Map(client.store.views().map((view) => [view.info.id, view]));
		expect([...views.keys()]).toEqual([VANILLA, 'resformer#1', FORK]);
		expect(views.get(VANILLA)?.name).toBe('Mine');
		expect(views.get(FORK)?.info.fork).toEqual({ from: VANILLA, step: 4, change: { learningRate: 0.002 } });
		expect(views.get('resformer#1')?.info.lambdaEdits).toMatchObject([{ step: 4, lambdas: [{ value: 0.75 }] }]);
		for (const [id, expected] of losses as [string, number[]][]) {
			const found = lossesOf(client, id);
			expect(found).toHaveLength(expected.length);
			// Another adapter may round otherwise.
			for (const [i, loss] of found.entries()) expect(Math.abs(loss - expected[i])).toBeLessThan(1e-4);
		}
		expect(views.get(VANILLA)?.frames.steps).toEqual([0, 4, 8]);
		client.reset();
	});

	// Once per version: `STORE_FIXTURE=1 npm test -- storedVersions`.
	it.runIf(process.env.STORE_FIXTURE)('now is written as a fixture', async () => {
		const experiment = experimentOf({
			...{ task: 'copy', methods: ['vanilla', 'resformer'], layers: 2, heads: 1, hiddenSize: 4, intermediateSize: 4 },
			...{ sequenceLength: 12, learningRate: 0.01 },
		});
		const browser = new Browser();
		const client = browser.open();
		client.start(experiment, true);
		await until(client, () => stateOf(client).state === 'paused');
		for (let step = 1; step <= 4; step++) {
			client.step();
			await until(client, () => stateOf(client).state === 'paused' && client.store.views().every((view) => view.step === step));
		}
		client.setLambdas('resformer#1', [{ layer: 1, index: 0, value: 0.75 }]);
		client.fork(VANILLA, { learningRate: 0.002 });
		client.store.rename(VANILLA, 'Mine');
		const stored = () =>
			[...browser.rows.all.runs.values()] as { id: string; name: string | null; weights: { step: number; lambdaEdits: unknown[] } }[];
		await until(client, () => stored().filter(({ weights }) => weights?.step === 4).length === 3);
		await until(
			client,
			() => stored().some(({ name }) => name === 'Mine') && stored().some(({ weights }) => weights.lambdaEdits.length > 0),
		);
		const files = [...browser.files].filter(([name]) => browser.folders.in(name.split('/')[0]).includes(name.split('/')[1]));
		const rows = Object.fromEntries(Object.entries(browser.rows.all).map(([table, all]) => [table, [...all]]));
		const before = toJson({ rows, files }).slice(0, -1);
		client.resume();
		await until(client, () => stateOf(client).state === 'finished');
		const losses = [VANILLA, 'resformer#1', FORK].map((id) => [id, lossesOf(client, id)]);
		await writeFile(fixture(STORED_VERSION), `${before},"losses":${JSON.stringify(losses)}}\n`);
		client.reset();
	});
});
