/** A job that needs the device to itself, such as the measurement of a step, while runs train. */
import '../support/float16';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTask } from '../../src/data/tasks';
import { newRuns, Session } from '../../src/training/session';
import { FakeGpu, fakeLoader } from './fakeGpu';
import { smallExperiment } from './smallExperiment';

const STEPS = 20_000;

async function train() {
	const gpus: FakeGpu[] = [];
	const open = async () => {
		const gpu = new FakeGpu();
		gpus.push(gpu);
		return gpu.context;
	};
	const experiment = smallExperiment({ methods: ['vanilla', 'svformer'], seeds: [1], steps: STEPS });
	const world = { submitted: 0, arrived: 0, losses: 0, gpus };
	const load = fakeLoader(
		() => {},
		() => world.submitted++,
	);
	const listener = { stepped: () => world.arrived++, deviceLost: () => world.losses++ };
	const session = new Session(newRuns(experiment, createTask(experiment, '')), await open(), open, listener, { load });
	const training = session.train();
	await vi.advanceTimersByTimeAsync(100);
	expect(world.arrived).toBeGreaterThan(10);
	return { ...world, world, session, training };
}

/** A job that takes a second, and the steps submitted during it. */
const aSecond = (world: { submitted: number }) => async () => {
	const before = world.submitted;
	await new Promise((resolve) => setTimeout(resolve, 1000));
	return world.submitted - before;
};

async function close(session: Session): Promise<void> {
	await Promise.all([session.close(), vi.advanceTimersByTimeAsync(200)]);
}

describe('a job between two steps', () => {
	beforeEach(() => {
		vi.useFakeTimers();
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	it('starts when the steps in flight have arrived, and none is taken until it has ended', async () => {
		const { world, session } = await train();
		let inFlight = -1;
		const job = aSecond(world);
		const taken = session.betweenSteps(() => {
			inFlight = world.submitted - world.arrived;
			return job();
		});
		await vi.advanceTimersByTimeAsync(1200);
		expect([inFlight, await taken]).toEqual([0, 0]);
		const after = world.arrived;
		await vi.advanceTimersByTimeAsync(100);
		expect(world.arrived).toBeGreaterThan(after + 10);
		await close(session);
	});

	it('does not delay a pause, nor a close', async () => {
		const { world, session, training } = await train();
		const taken = session.betweenSteps(aSecond(world));
		await vi.advanceTimersByTimeAsync(100);
		const paused = session.pause().then(() => 'paused');
		await vi.advanceTimersByTimeAsync(100);
		expect(await Promise.race([paused, 'waiting'])).toBe('paused');
		await training;
		// Training that is resumed meanwhile waits too.
		const resumed = session.train();
		await vi.advanceTimersByTimeAsync(900);
		expect(await taken).toBe(0);
		await vi.advanceTimersByTimeAsync(100);
		expect(world.arrived).toBeGreaterThan(10);
		const held = session.betweenSteps(aSecond(world));
		await vi.advanceTimersByTimeAsync(20);
		const closed = session.close().then(() => 'closed');
		await vi.advanceTimersByTimeAsync(200);
		expect(await Promise.race([closed, 'waiting'])).toBe('closed');
		await resumed;
		await vi.advanceTimersByTimeAsync(1000);
		expect(await held).toBe(0);
	});

	it('runs at once if nothing trains, one at a time, and a failed one frees the runs', async () => {
		const { world, session } = await train();
		await Promise.all([session.pause(), vi.advanceTimersByTimeAsync(100)]);
		const order: string[] = [];
		const failed = session.betweenSteps(async () => {
			order.push('first');
			await new Promise((resolve) => setTimeout(resolve, 10));
			order.push('first fails');
			throw new Error('refused');
		});
		const second = session.betweenSteps(async () => order.push('second'));
		failed.catch(() => {});
		await vi.advanceTimersByTimeAsync(100);
		await expect(failed).rejects.toThrow('refused');
		await second;
		expect(order).toEqual(['first', 'first fails', 'second']);
		const before = world.arrived;
		session.train().catch(() => {});
		await vi.advanceTimersByTimeAsync(100);
		expect(world.arrived).toBeGreaterThan(before);
		await close(session);
	});

	it('does not keep a session from moving to another device', async () => {
		const { world, session } = await train();
		const taken = session.betweenSteps(aSecond(world));
		await vi.advanceTimersByTimeAsync(100);
		world.gpus[0].lose();
		await vi.advanceTimersByTimeAsync(1200);
		expect(await taken).toBe(0);
		await vi.advanceTimersByTimeAsync(200);
		expect([world.losses, world.gpus.length]).toEqual([1, 2]);
		const before = world.arrived;
		await vi.advanceTimersByTimeAsync(100);
		expect(world.arrived).toBeGreaterThan(before);
		await close(session);
	});
});
