/** The page and its worker while the GPU is lost, without a GPU and by a fake clock. */
import '../support/float16';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NoGpuError } from '../../src/gpu/device';
import { LabClient } from '../../src/session/client/client';
import type { LabPort } from '../../src/session/client/connection/port';
import type { Command, Event } from '../../src/session/client/protocol';
import { Lab } from '../../src/session/worker/lab';
import { FakeGpu, fakeLoader } from './fakeGpu';
import { forgetful, smallExperiment } from './smallExperiment';

/** More than any test has the time for. */
const STEPS = 20_000;

/** A page with a worker whose GPU can be taken away. */
function openPage() {
	const events: Event[] = [];
	const world = {
		events,
		devices: [] as FakeGpu[],
		/** Times at which a device was asked for, ms. */
		tries: [] as number[],
		/** The adapter is null. */
		absent: false,
		/** Devices that are lost as soon as they are opened. */
		stillborn: 0,
		client: null as unknown as LabClient,
		lab: null as unknown as Lab,
		lose: () => world.devices.at(-1)?.lose(),
		snapshot: () => world.client.store.getSnapshot(),
		errors: () => world.snapshot().notices.flatMap(({ kind, text }) => (kind === 'error' ? [text] : [])),
		losses: () =>
			events.flatMap((event) => (event.type === 'steps' ? Array.from(event.losses, (loss, i) => [event.first + i, loss] as const) : [])),
		pass: (ms: number) => vi.advanceTimersByTimeAsync(ms),
		async train(steps = STEPS) {
			world.client.start(smallExperiment({ methods: ['vanilla'], seeds: [1], steps }));
			await world.pass(150);
			expect(world.errors()).toEqual([]);
		},
		/** Lets time pass until the GPU is found, at most that of the longest pause. */
		async back() {
			for (let waited = 0; waited < 16_000 && world.snapshot().deviceLost !== null; waited += 50) await world.pass(50);
			await world.pass(150);
			expect(world.snapshot()).toMatchObject({ deviceLost: null, state: 'running', pending: null });
		},
	};
	const port: LabPort = {
		onmessage: null,
		onerror: null,
		postMessage: (command: Command) => void queueMicrotask(() => world.lab.handle(command)),
		terminate() {},
	};
	world.lab = new Lab(
		async () => {
			world.tries.push(performance.now());
			if (world.absent) throw new NoGpuError('WebGPU is available, but it found no GPU adapter.', 'See chrome://gpu');
			const gpu = new FakeGpu();
			world.devices.push(gpu);
			if (world.stillborn-- > 0) gpu.lose();
			return gpu.context;
		},
		(event) => {
			events.push(event);
			port.onmessage?.({ data: event });
		},
		{
			load: fakeLoader(
				() => {},
				() => {},
			),
		},
	);
	world.client = new LabClient(port, forgetful);
	return world;
}

describe('a lost GPU', () => {
	beforeEach(() => {
		vi.useFakeTimers();
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	it.each([1000, 20_000, 120_000])(
		'that is absent for %d ms is waited for, and training continues with the same numbers',
		async (absence) => {
			const straight = openPage();
			await straight.train();
			await straight.pass(300);
			const page = openPage();
			await page.train();
			page.absent = true;
			page.lose();
			await page.pass(absence);
			expect(page.snapshot().deviceLost).toMatch(/no GPU adapter/);
			expect(page.snapshot().unavailable).toBeNull();
			expect(page.errors()).toEqual([]);
			page.absent = false;
			await page.back();
			const expected = new Map(straight.losses());
			const common = page.losses().filter(([step]) => expected.has(step));
			expect(common.length).toBeGreaterThan(50);
			for (const [step, loss] of common) expect(loss).toBe(expected.get(step));
		},
	);

	it('is looked for at growing intervals, and at once on Resume', async () => {
		const page = openPage();
		await page.train();
		page.absent = true;
		page.tries.length = 0;
		page.lose();
		await page.pass(60_000);
		const pauses = page.tries.slice(1).map((time, i) => time - page.tries[i]);
		expect(pauses.length).toBeLessThan(12);
		for (const [i, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(pauses[i - 1] ?? 0);
		const before = page.tries.length;
		page.client.resume();
		expect(page.snapshot().pending).toBe('resume');
		await page.pass(200);
		expect(page.tries.length).toBe(before + 1);
		expect(page.snapshot().pending).toBeNull();
		page.absent = false;
		page.client.resume();
		await page.back();
	});

	it('that is lost twice within ten seconds, with steps in between, never counts as given up', async () => {
		const page = openPage();
		await page.train();
		for (let times = 0; times < 9; times++) {
			page.lose();
			await page.pass(100);
			await page.back();
		}
		expect(page.errors()).toEqual([]);
	});

	it('that is lost again and again without a step stops the training with the reason, and Resume tries again', async () => {
		const page = openPage();
		await page.train();
		page.stillborn = 100;
		page.lose();
		await page.pass(60_000);
		expect(page.snapshot().state).toBe('paused');
		expect(page.snapshot().deviceLost).toBeNull();
		expect(page.errors().join()).toMatch(/the GPU was lost.*times in a row/);
		page.stillborn = 0;
		page.client.resume();
		await page.pass(100);
		expect(page.snapshot().state).toBe('running');
	});

	it('leaves the weights in host memory to be downloaded', async () => {
		const page = openPage();
		await page.train(40);
		page.absent = true;
		page.lose();
		await page.pass(100);
		const { step, files } = await page.client.checkpoint('vanilla#1');
		expect(step).toBe(40);
		expect(files.map(({ name }) => name)).toContain('model.safetensors');
	});

	it('that something else than Resume replaces meanwhile is waited for until all runs are on the new one', async () => {
		const page = openPage();
		page.client.start(smallExperiment({ methods: ['vanilla', 'svformer', 'neutreno'], seeds: [1], steps: STEPS }));
		await page.pass(150);
		page.client.pause();
		await page.pass(300);
		page.lose();
		page.events.length = 0;
		page.client.fork('vanilla#1', { learningRate: 1e-4 });
		// While the runs are loaded one after the other.
		while (page.devices.length < 2) await page.pass(1);
		page.client.resume();
		await page.pass(500);
		expect(page.errors()).toEqual([]);
		expect(page.snapshot()).toMatchObject({ deviceLost: null, state: 'running', pending: null });
		expect(new Set(page.events.flatMap((event) => (event.type === 'steps' ? event.run : []))).size).toBe(4);
	});

	it('does not keep Reset or another start from working, nor its notice on the page', async () => {
		const page = openPage();
		await page.train();
		page.absent = true;
		page.lose();
		await page.pass(3000);
		page.client.reset();
		await page.pass(500);
		expect(page.snapshot()).toMatchObject({ state: 'idle', deviceLost: null, pending: null, runs: [] });
		page.client.start(smallExperiment({ methods: ['svformer'], seeds: [1], steps: STEPS }));
		await page.pass(3000);
		expect(page.snapshot().deviceLost).not.toBeNull();
		expect(page.snapshot().unavailable).toBeNull();
		page.absent = false;
		await page.back();
		expect(page.errors()).toEqual([]);
	});

	it('that was lost while nothing trained is found again by the next command', async () => {
		const page = openPage();
		await page.train();
		page.client.pause();
		await page.pass(300);
		page.absent = true;
		page.lose();
		await page.pass(300);
		page.client.resume();
		await page.pass(1000);
		expect(page.snapshot().deviceLost).not.toBeNull();
		page.absent = false;
		await page.back();
	});
});
