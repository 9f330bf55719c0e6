import type { Task } from '../data/task';
import { methodsOf } from '../experiment/methods';
import type { Experiment } from '../experiment/types';
import { Run, type RunMetrics } from './run';
import type { StepResult } from './trainer';
import { DeviceLostError, type Workbench } from './workbench';

/** What a session tells whoever watches it, in order. */
export interface SessionListener {
	compiling?(done: number, total: number, kernel: string): void;
	/** A step's result; after a lost device, steps since the last checkpoint come again, with the same numbers. */
	stepped?(run: Run, result: StepResult): void;
	measured?(run: Run, step: number, metrics: RunMetrics): void;
	/** Time to look at a run's attention: `step` updates are done. */
	probe?(run: Run, step: number): Promise<void> | void;
	/** The loss of `step` was no number: the run stops alone. */
	diverged?(run: Run, step: number): void;
	finished?(run: Run, metrics: RunMetrics): void;
	deviceLost?(message: string): void;
	resumed?(steps: Record<string, number>): void;
}

/** Time between two checkpoints of a run in memory, ms. */
const CHECKPOINT_INTERVAL = 10_000;
/** The loop gives way to messages at least this often, ms. */
const LONGEST_HOLD = 8;
/** Devices lost one after the other without a step between before a session gives up. */
const MOST_LOSSES = 3;

/** The runs of an experiment, methods × seeds, on no device yet. */
export const runsOf = (experiment: Experiment, task: Task): Run[] =>
	methodsOf(experiment).flatMap((method) => experiment.seeds.map((seed) => new Run(experiment, method, seed, task)));

/** All runs of an experiment, methods × seeds, trained side by side: always the one that is furthest behind steps next. */
export class Session {
	readonly runs: Run[];
	private wanted = 0;
	private loop: Promise<void> | null = null;
	private losses = 0;

	/**
	 * @param open gives a device: a new one each time it is called
	 * @param steps stop after this many instead of the experiment's; the schedule stays the experiment's
	 */
	constructor(
		private readonly experiment: Experiment,
		task: Task,
		private bench: Workbench,
		private readonly open: () => Promise<Workbench>,
		private readonly listener: SessionListener,
		private readonly steps = experiment.steps,
	) {
		this.runs = runsOf(experiment, task);
		this.steps = Math.min(steps, experiment.steps);
	}

	/** Compiles every pipeline and brings every run onto the device. */
	async prepare(): Promise<void> {
		for (const run of this.runs) await run.open(this.bench, this.listener.compiling);
	}

	get workbench(): Workbench {
		return this.bench;
	}

	get running(): boolean {
		return this.loop !== null;
	}

	/** Trains until every run has `steps` updates, or until `pause`. */
	train(): Promise<void> {
		return this.until(this.steps);
	}

	/** One more step of every run. */
	step(): Promise<void> {
		return this.until(Math.min(this.steps, Math.max(...this.active.map((run) => run.model.step), 0) + 1));
	}

	/** Stops after the steps in flight; resolves when they have arrived. */
	async pause(): Promise<void> {
		this.wanted = 0;
		await this.loop;
	}

	async close(): Promise<void> {
		await this.pause().catch(() => {});
		for (const run of this.runs) run.close();
		this.bench.pool.destroy();
	}

	private get active(): Run[] {
		return this.runs.filter((run) => run.state === 'training');
	}

	private until(step: number): Promise<void> {
		this.wanted = step;
		this.loop ??= this.work().finally(() => {
			this.loop = null;
		});
		return this.loop;
	}

	private async work(): Promise<void> {
		for (;;) {
			try {
				await Promise.race([this.advanceAll(), this.bench.lost]);
				return;
			} catch (error) {
				const message = await this.lossOf(error);
				if (message === null || ++this.losses > MOST_LOSSES) throw error;
				this.listener.deviceLost?.(message);
				await this.recover();
			}
		}
	}

	/** Why the device was lost, if that is what the error comes from. */
	private async lossOf(error: unknown): Promise<string | null> {
		if (error instanceof DeviceLostError) return error.message;
		// Mapping a buffer of a lost device fails first; the loss itself is known a moment later.
		const pause = new Promise<null>((resolve) => setTimeout(() => resolve(null), 200));
		const lost = this.bench.lost.catch((reason: Error) => reason.message);
		return Promise.race([lost, pause]);
	}

	private async recover(): Promise<void> {
		this.bench = await this.open();
		for (const run of this.active) await run.open(this.bench, this.listener.compiling);
		this.listener.resumed?.(Object.fromEntries(this.active.map((run) => [run.id, run.model.step])));
	}

	private async advanceAll(): Promise<void> {
		const flying = new Set<Promise<void>>();
		let failure: unknown;
		let yielded = performance.now();
		const { ring } = this.bench;
		for (;;) {
			if (failure) throw failure;
			const behind = this.active.filter((run) => run.model.step < this.wanted);
			if (!behind.length) {
				if (!flying.size) break;
				await Promise.race(flying);
				continue;
			}
			const run = behind.reduce((a, b) => (b.model.step < a.model.step ? b : a));
			await ring.free();
			if (performance.now() - yielded > LONGEST_HOLD) {
				await new Promise((resolve) => setTimeout(resolve));
				yielded = performance.now();
				continue;
			}
			const flight: Promise<void> = this.advance(run)
				.catch((error) => {
					failure ??= error;
				})
				.finally(() => flying.delete(flight));
			flying.add(flight);
			await this.lookAt(run, run.model.step, flight);
		}
		if (failure) throw failure;
	}

	private async advance(run: Run): Promise<void> {
		const result = await run.advance();
		if (run.state !== 'training') return;
		const now = performance.now();
		for (const other of this.active) other.model.busyUntil(now);
		this.losses = 0;
		this.listener.stepped?.(run, result);
		if (!Number.isFinite(result.loss) || !Number.isFinite(result.gradNorm)) {
			run.state = 'diverged';
			this.listener.diverged?.(run, result.step);
		}
	}

	/** Measures, probes and saves where it is time; `step` updates of the run have been submitted. */
	private async lookAt(run: Run, step: number, flight: Promise<void>): Promise<void> {
		const { validateEvery, probeEvery } = this.experiment;
		const last = step >= this.steps;
		const measure = last || (validateEvery > 0 && step % validateEvery === 0);
		const probe = last || (probeEvery > 0 && step % probeEvery === 0);
		const save = performance.now() - run.checkpointAt > CHECKPOINT_INTERVAL;
		if (!measure && !probe && !save) return;
		// Results of the steps before come first, and a run that has diverged is not looked at.
		await flight;
		if (run.state !== 'training') return;
		if (save) await run.save();
		if (probe) await this.listener.probe?.(run, step);
		if (!measure) return;
		const metrics = await run.measure();
		this.listener.measured?.(run, step, metrics);
		if (last) {
			run.state = 'finished';
			this.listener.finished?.(run, metrics);
		}
	}
}
