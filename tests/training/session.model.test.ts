/**
 * Random commands on the page's run list, the protocol, the worker's `Lab` and its `Session`, without a GPU: whatever the
 * order of adding, removing, restoring, forking, pausing, λ and lost devices, the invariants of `World` hold.
 */
import '../support/float16';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LabClient } from '../../src/session/client/client';
import type { LabPort } from '../../src/session/client/connection/port';
import type { Command, Event } from '../../src/session/client/protocol';
import { Lab } from '../../src/session/worker/lab';
import { Run } from '../../src/training/run';
import { FakeGpu, fakeLoader } from './fakeGpu';
import { forgetful, smallExperiment } from './smallExperiment';

const METHODS = ['vanilla', 'resformer', 'svformer'];
const STEPS = 30;
/** Time in which every command is carried out, ms of the fake clock. */
const PATIENCE = 5000;

const experimentOf = (methods: string[], seeds: number[]) => smallExperiment({ methods, seeds, steps: STEPS });

/** Page and worker, joined by a port that keeps an eye on what passes. */
class World {
	client: LabClient;
	private devices: FakeGpu[] = [];
	/** Commands that the worker has not carried out yet. */
	private pending = 0;
	/** A start replaces every run, listed or not. */
	private pendingStarts = 0;
	/** By the worker's latest list. */
	private listed: string[] = [];
	private state = 'idle';
	/** Next step of each run, as posted to the page. */
	private nextStep = new Map<string, number>();
	private readonly known = new Map<string, Run>();
	private lostDevices = 0;
	readonly violations: string[] = [];

	constructor(private readonly budget: number) {
		this.client = this.open();
	}

	/** A page with a new worker, as after a reload. */
	restart(): void {
		this.client.close();
		this.client = this.open();
	}

	get shown(): string[] {
		return this.client.store.views().map(({ info }) => info.id);
	}

	loseDevice(): void {
		this.lostDevices++;
		this.devices.at(-1)?.lose();
	}

	/** A step is being submitted. */
	private noteStep(): void {
		const run = advancing as Run;
		// A new start may have a run of the same name.
		if (this.known.get(run.id) !== run) this.nextStep.set(run.id, run.step);
		if (this.known.get(run.id) !== run && run.step !== (run.fork?.step ?? 0)) this.violations.push(`${run.id} began at step ${run.step}`);
		this.known.set(run.id, run);
		if (this.state !== 'running') this.violations.push(`${run.id} was stepped while ${this.state}`);
		if (this.pendingStarts === 0 && !this.listed.includes(run.id)) this.violations.push(`${run.id} was stepped after its removal`);
	}

	/** Lets time pass until every command is carried out. */
	async settle(): Promise<void> {
		for (let waited = 0; this.pending > 0 && waited < PATIENCE; waited++) await vi.advanceTimersByTimeAsync(1);
		if (this.pending > 0) this.violations.push(`${this.pending} commands were never carried out`);
		await vi.advanceTimersByTimeAsync(0);
	}

	check(): void {
		expect(this.violations).toEqual([]);
		if (this.pending === 0) expect([...this.shown].sort()).toEqual([...this.listed].sort());
		expect(new Set(this.shown).size).toBe(this.shown.length);
	}

	/** Lets every training end: all runs finish, whatever happened before. */
	async finish(): Promise<void> {
		await this.settle();
		for (let tries = 0; tries < 3 && this.state !== 'finished' && this.state !== 'idle'; tries++) {
			if (this.state === 'paused') this.client.resume();
			await this.settle();
			for (let waited = 0; waited < PATIENCE && this.state !== 'finished' && this.state !== 'paused'; waited++)
				await vi.advanceTimersByTimeAsync(1);
		}
		this.check();
		expect(['finished', 'idle']).toContain(this.state);
		for (const view of this.client.store.views()) expect([view.info.id, view.finished, view.step]).toEqual([view.info.id, true, STEPS]);
		this.client.close();
	}

	private open(): LabClient {
		Object.assign(this, { pending: 0, pendingStarts: 0, listed: [], state: 'idle', nextStep: new Map() });
		let closed = false;
		const port: LabPort = {
			onmessage: null,
			onerror: null,
			postMessage: (command: Command) => {
				const starts = Number(command.type === 'start');
				this.pending++;
				this.pendingStarts += starts;
				queueMicrotask(() =>
					lab.handle(command).finally(() => {
						if (closed) return;
						this.pending--;
						this.pendingStarts -= starts;
					}),
				);
			},
			terminate: () => {
				closed = true;
				for (const gpu of devices) gpu.lose();
			},
		};
		const devices: FakeGpu[] = [];
		this.devices = devices;
		const openGpu = async () => {
			if (closed) throw new Error('the worker was ended');
			const gpu = new FakeGpu();
			devices.push(gpu);
			return gpu.context;
		};
		const lab = new Lab(
			openGpu,
			(event) => {
				if (closed) return;
				this.note(event);
				port.onmessage?.({ data: event });
			},
			{
				budget: () => this.budget,
				load: fakeLoader(
					(what) => this.violations.push(what),
					() => this.noteStep(),
				),
			},
		);
		return new LabClient(port, forgetful);
	}

	private note(event: Event): void {
		if (event.type === 'state') this.state = event.state;
		if (event.type === 'runs') {
			this.listed = event.runs.map(({ id }) => id);
			for (const { id, fork } of event.runs) if (!this.nextStep.has(id)) this.nextStep.set(id, fork?.step ?? 0);
		}
		if (event.type === 'resumed') for (const [run, step] of Object.entries(event.steps)) this.nextStep.set(run, step);
		if (event.type !== 'steps') return;
		const expected = this.nextStep.get(event.run) ?? -1;
		// A removed run whose device was lost goes back to its checkpoint without a notice.
		const follows = this.lostDevices > 0 ? event.first <= expected : event.first === expected;
		if (!follows) this.violations.push(`${event.run} took step ${event.first} after ${expected} steps`);
		this.nextStep.set(event.run, event.first + event.losses.length);
	}
}

class Act implements fc.AsyncCommand<object, World> {
	constructor(
		private readonly name: string,
		private readonly act: (world: World) => void,
		/** Time until the next command, ms; null = until all are carried out. */
		private readonly pause: number | null,
	) {}

	check(): boolean {
		return true;
	}

	async run(_: object, world: World): Promise<void> {
		this.act(world);
		if (this.pause === null) await world.settle();
		else await vi.advanceTimersByTimeAsync(this.pause);
		world.check();
	}

	toString(): string {
		return `${this.name}${this.pause === null ? '' : `, ${this.pause} ms`}`;
	}
}

const pauses = fc.option(fc.nat(6), { nil: null });
const picked = ({ shown }: World, index: number): string[] => (shown.length > 0 ? [shown[index % shown.length]] : []);
const command = (name: string, act: (world: World) => void) => pauses.map((pause) => new Act(name, act, pause));
const commandOn = (name: string, act: (world: World, run: string) => void) =>
	fc.tuple(fc.nat(5), pauses).map(
		([index, pause]) =>
			new Act(
				`${name} ${index}`,
				(world) => {
					for (const run of picked(world, index)) act(world, run);
				},
				pause,
			),
	);
const methods = fc.subarray(METHODS, { minLength: 1 });

const NO_CHECKPOINT = [{ name: 'config.json', bytes: new TextEncoder().encode('{') }];

const COMMANDS = [
	fc
		.tuple(methods, fc.boolean(), pauses)
		.map(
			([names, paused, pause]) =>
				new Act(`start ${names} ${paused}`, ({ client }) => client.start(experimentOf(names, [1]), paused), pause),
		),
	command('refused start', ({ client }) => client.start(experimentOf(['vanilla'], [1]), false, NO_CHECKPOINT)),
	fc
		.tuple(methods, fc.integer({ min: 1, max: 3 }), pauses)
		.map(([names, seed, pause]) => new Act(`add ${names}#${seed}`, ({ client }) => client.add(experimentOf(names, [seed])), pause)),
	commandOn('remove', (world, run) => {
		world.client.remove([run]);
		expect(world.shown).not.toContain(run);
	}),
	command('restore', (world) => {
		const removed = world.client.store.getSnapshot().removed.map(({ id }) => id);
		world.client.restore();
		expect(world.shown).toEqual(expect.arrayContaining(removed));
	}),
	commandOn('fork', ({ client }, run) => client.fork(run, { seeds: [7] })),
	command('pause', ({ client }) => client.pause()),
	command('resume', ({ client }) => client.resume()),
	command('step', ({ client }) => client.step()),
	commandOn('set λ', ({ client }, run) => client.setLambdas(run, [{ layer: 1, index: 0, value: 0.7 }])),
	command('lose the device', (world) => world.loseDevice()),
	command('restart the worker', (world) => world.restart()),
	command('wait', () => {}),
];

/** The run whose step is being submitted. */
let advancing: Run | null = null;
const advance = Run.prototype.advance;

beforeEach(() => {
	vi.useFakeTimers();
	Run.prototype.advance = function (this: Run) {
		advancing = this;
		return advance.call(this);
	};
});
afterEach(() => {
	Run.prototype.advance = advance;
	vi.useRealTimers();
});

it('keeps the page’s and the worker’s runs the same, and each run’s steps in order, whatever the user does', async () => {
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(1, Number.POSITIVE_INFINITY), fc.commands(COMMANDS, { maxCommands: 20 }), async (budget, commands) => {
			const real = new World(budget);
			await fc.asyncModelRun(() => ({ model: {}, real }), commands);
			await real.finish();
		}),
		{ numRuns: 40, interruptAfterTimeLimit: 15_000, markInterruptAsFailure: false },
	);
});

it.each([0, 1, 2, 3])('moves every run to a new device although one is removed %i ms after the old one was lost', async (pause) => {
	const world = new World(Number.POSITIVE_INFINITY);
	world.client.add(experimentOf(METHODS, [1]));
	await world.settle();
	world.loseDevice();
	await vi.advanceTimersByTimeAsync(pause);
	world.client.remove([world.shown[0]]);
	await world.finish();
	expect(world.shown).toHaveLength(2);
});
