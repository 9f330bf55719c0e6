import type { Task } from '../data/task';
import type { LambdaEdit } from '../experiment/interventions/lambdas';
import type { Metrics } from '../experiment/records/metrics';
import { runsOf } from '../experiment/runs';
import type { Experiment } from '../experiment/types';
import { GpuFault } from '../gpu/fault';
import type { GpuContext } from '../gpu/gpuContext';
import { leaveEarlierPoints, nextWaiting } from './admission';
import { isLossOf, Recovery } from './recovery';
import { memoryBudget, Residency, type ResidencyListener, type ResidencyOptions } from './residency';
import { loadModel, type Run, type RunTrainer, runOf } from './run';
import { type Mode, Scheduler } from './scheduler';
import { isUnfinished, restingPhase, type SessionRun, sessionRun } from './sessionRun';
import type { StepResult } from './trainer';

/** Callbacks of a session, called in order. */
export interface SessionListener extends ResidencyListener {
	/** A step's result. After a lost device, steps since the last checkpoint are reported again, with the same numbers. */
	stepped?(run: Run, result: StepResult): void;
	measured?(run: Run, step: number, metrics: Metrics): void;
	/** A probe of the run's attention is due: `step` updates are done. */
	probe?(run: Run, step: number): Promise<void> | void;
	/** The loss of `step` became NaN or infinite: this run stops. */
	diverged?(run: Run, step: number): void;
	finished?(run: Run, metrics: Metrics): void;
	/** The run could not be loaded onto the device and was removed. Without this listener, pending calls reject. */
	refused?(run: Run, error: unknown): void;
	/** The device was lost, or none could be opened since. null = it is no longer waited for: training stops. */
	deviceLost?(message: string | null): void;
	/** Training continues on a new device, each run from this step. */
	resumed?(steps: Record<string, number>): void;
}

/** Time between two checkpoints of a run in memory, ms. */
const CHECKPOINT_INTERVAL = 10_000;

/**
 * The runs of an experiment without a sweep, not yet on a device.
 *
 * @param steps stop after this many instead of the experiment's; the schedule stays the experiment's
 */
export const newRuns = (experiment: Experiment, task: Task, steps?: number): Run[] =>
	runsOf(experiment).map((run) => runOf(run, { task, steps }));

/** Runs trained side by side. As many runs as fit in device memory are scheduled; the rest wait. */
export class Session {
	/** In the page's order. */
	private readonly list: SessionRun[];
	private readonly residency: Residency;
	private readonly scheduler: Scheduler;
	private readonly recovery: Recovery;
	private training: Promise<void> | null = null;
	private admission: Promise<void> | null = null;
	/** False once no waiting run has room, until a run joins or leaves. */
	private mayAdmit = true;

	/** @param open opens a new device each time it is called */
	constructor(
		runs: readonly Run[],
		private context: GpuContext,
		open: () => Promise<GpuContext>,
		private readonly listener: SessionListener,
		{ budget = memoryBudget, load = loadModel }: Partial<ResidencyOptions> = {},
	) {
		this.list = runs.map(sessionRun);
		this.residency = new Residency(context, { budget, load }, listener);
		this.recovery = new Recovery({ open, lost: (message) => listener.deviceLost?.(message), moveTo: (gpu) => this.moveTo(gpu) });
		const session = this;
		this.scheduler = new Scheduler({
			get entries() {
				return session.list;
			},
			get mayAdmit() {
				return session.mayAdmit;
			},
			get admission() {
				return session.admission;
			},
			admitWaiting: () => this.admitWaiting(),
			advance: (entry) => this.advance(entry),
			inspect: (entry, step, arrived) => this.inspect(entry, step, arrived),
		});
	}

	/** In the page's order. */
	get runs(): Run[] {
		return this.list.map(({ run }) => run);
	}

	/** The present device; another one after a loss. */
	get gpu(): GpuContext {
		return this.context;
	}

	/** True if runs that joined since the last step are to be trained. */
	get wantsMore(): boolean {
		return this.scheduler.mode === 'train' && this.unfinished;
	}

	/** True if any run has steps to take. */
	get unfinished(): boolean {
		return this.list.some(isUnfinished);
	}

	/** Compiles and schedules waiting runs as far as there is room. @throws ShaderError, PlanError unless the listener handles refused runs */
	admitWaiting(): Promise<void> {
		this.admission ??= this.admitAll().finally(() => {
			this.admission = null;
		});
		return this.admission;
	}

	/** Adds runs at the end, or from index `at` on. They are trained as soon as there is room. */
	add(runs: readonly Run[], at = this.list.length): void {
		this.list.splice(at, 0, ...runs.map(sessionRun));
		this.mayAdmit = true;
	}

	/** Removes runs at their present step, after their steps in flight and the jobs that use them. `add` brings them back. */
	async remove(runs: readonly Run[]): Promise<void> {
		const leaving = this.list.filter(({ run }) => runs.includes(run));
		for (const entry of leaving) this.evict(entry, 'leaving');
		try {
			await Promise.all(
				leaving.map(async (entry) => {
					await this.residency.leave(entry.run);
					this.drop(entry);
				}),
			);
		} finally {
			// Those that could not leave the device stay.
			for (const entry of leaving) entry.phase = restingPhase(entry.run);
		}
	}

	/** Brings a run onto the device, and keeps it there during `job`. */
	async use<T>(run: Run, job: (model: RunTrainer) => Promise<T>): Promise<T> {
		if (this.mustMove) await this.move();
		const gpu = this.context;
		const result = await this.residency.use(run, job);
		gpu.check();
		return result;
	}

	/** Runs `job` while no run takes a step: after the steps in flight and their measurements. Training continues when it has ended. */
	betweenSteps<T>(job: () => Promise<T>): Promise<T> {
		return this.scheduler.hold(job);
	}

	/** Continues a run's training with other λ, from its next step. @throws InterventionError, Error if it has no next step */
	setLambdas(run: Run, lambdas: readonly LambdaEdit[]): Promise<void> {
		const entry = this.list.find((each) => each.run === run);
		if (!entry) return Promise.reject(new Error(`${run.id} was removed`));
		return this.exclusively(entry, async () => {
			if (run.state !== 'training') throw new Error(`${run.id} has no next step to take with other λ: fork it with more steps first`);
			await this.use(run, () => run.setLambdas(lambdas));
		});
	}

	/** Takes a checkpoint of every run that has steps to take and is on the device, unless its last one is of the same step. */
	async save(): Promise<void> {
		// A copy, as in `moveTo`.
		for (const entry of [...this.list]) {
			const { run } = entry;
			const due = () => run.isOpen && run.state === 'training' && run.checkpoint?.step !== run.step;
			if (due()) await this.exclusively(entry, () => this.residency.use(run, async () => void (due() && (await run.save()))));
		}
	}

	/** Trains until every run has taken its steps, or until `pause`. A lost device is looked for at once. @throws GpuFault, DeviceLostError */
	train(): Promise<void> {
		this.recovery.retry();
		return this.start('train');
	}

	/** One more step of every scheduled run. */
	step(): Promise<void> {
		for (const entry of this.list) entry.targetStep = isUnfinished(entry) ? entry.run.step + 1 : 0;
		return this.start('step');
	}

	/** Stops after the steps in flight; resolves when they have arrived. */
	async pause(): Promise<void> {
		this.scheduler.mode = 'idle';
		await this.training;
	}

	async close(): Promise<void> {
		for (const entry of this.list) this.evict(entry, 'leaving');
		this.recovery.close();
		await this.pause().catch(() => {});
		await this.admission?.catch(() => {});
		await this.residency.close();
		this.context.pool.destroy();
	}

	private start(mode: Mode): Promise<void> {
		this.scheduler.mode = mode;
		this.training ??= this.runScheduler().finally(() => {
			this.training = null;
		});
		return this.training;
	}

	/** Runs the scheduler, on a new device after each loss. */
	private async runScheduler(): Promise<void> {
		for (;;) {
			if (this.mustMove) await this.move();
			const gpu = this.context;
			const isCurrent = () => this.context === gpu;
			try {
				await Promise.race([this.scheduler.run(gpu, isCurrent), gpu.lost]);
				if (isCurrent()) return;
			} catch (error) {
				// The steps in flight are in doubt: the next start continues from the last checkpoints, on another device.
				if (error instanceof GpuFault) gpu.giveUp(error);
				if (!(await isLossOf(gpu, error))) throw error;
				await this.recover(gpu);
			}
		}
	}

	/** True if the device is lost, or the runs are not on the new one yet. */
	private get mustMove(): boolean {
		return this.context.isLost || this.recovery.pending !== null;
	}

	/** Moves the runs to a new device, or waits for the move that another call has started. */
	private async move(): Promise<void> {
		await this.recovery.pending;
		if (this.context.isLost) await this.recover(this.context);
	}

	private async recover(lost: GpuContext): Promise<void> {
		if (this.context === lost) await this.recovery.recover(lost);
	}

	private async moveTo(gpu: GpuContext): Promise<void> {
		this.residency.move(gpu);
		this.context.close();
		this.context = gpu;
		// A copy, because a run that is removed meanwhile would make the loop skip the next one.
		for (const entry of [...this.list]) if (entry.phase === 'scheduled') await this.residency.enter(entry.run);
		this.listener.resumed?.(Object.fromEntries(this.list.filter(isUnfinished).map(({ run }) => [run.id, run.step])));
	}

	private async admitAll(): Promise<void> {
		const next = () => nextWaiting(this.list, this.residency);
		this.mayAdmit = false;
		try {
			for (let entry = next(); entry; entry = next()) await this.admit(entry);
		} catch (error) {
			this.mayAdmit = true;
			throw error;
		}
	}

	private async admit(entry: SessionRun): Promise<void> {
		const { run } = entry;
		if (this.mustMove) await this.move();
		const gpu = this.context;
		this.residency.hold(run);
		try {
			await leaveEarlierPoints(this.list, run.point, this.residency);
			await this.residency.enter(run);
			// It may be leaving by now.
			if (entry.phase === 'waiting') entry.phase = 'scheduled';
		} catch (error) {
			if (await isLossOf(gpu, error)) await this.recover(gpu);
			else this.refuse(entry, error);
		} finally {
			if (entry.phase !== 'scheduled') this.residency.release(run);
		}
	}

	private refuse(entry: SessionRun, error: unknown): void {
		this.drop(entry);
		if (!this.listener.refused) throw error;
		this.listener.refused(entry.run, error);
	}

	/** Takes a run's place on the device, if it has one. */
	private evict(entry: SessionRun, phase: 'leaving' | 'ended'): void {
		const { phase: before, run } = entry;
		if (before !== 'leaving') entry.phase = phase;
		if (before !== 'scheduled') return;
		this.residency.release(run);
		this.mayAdmit = true;
	}

	private drop(entry: SessionRun): void {
		const at = this.list.indexOf(entry);
		if (at >= 0) this.list.splice(at, 1);
	}

	/** Submits a step at once; resolves when its result has arrived. */
	private async advance(entry: SessionRun): Promise<void> {
		const { run } = entry;
		const gpu = this.context;
		this.residency.hold(run);
		try {
			const result = await run.advance();
			if (!result || run.state !== 'training') return;
			gpu.check();
			const now = performance.now();
			for (const other of this.list) if (other.phase === 'scheduled') other.run.clock.busyUntil(now);
			this.recovery.noteStep();
			this.listener.stepped?.(run, result);
			if (Number.isFinite(result.loss) && Number.isFinite(result.gradNorm)) return;
			run.state = 'diverged';
			this.evict(entry, 'ended');
			this.listener.diverged?.(run, result.step);
		} catch (error) {
			// At once: later steps in flight build on this one.
			if (error instanceof GpuFault) gpu.giveUp(error);
			throw error;
		} finally {
			this.residency.release(run);
		}
	}

	/** Measures, probes and saves if due; `step` updates of the run have been submitted. */
	private async inspect(entry: SessionRun, step: number, arrived: Promise<void>): Promise<void> {
		const { run } = entry;
		const { validateEvery, probeEvery } = run.experiment;
		const last = step >= run.steps;
		const measure = last || (validateEvery > 0 && step % validateEvery === 0);
		const probe = last || (probeEvery > 0 && step % probeEvery === 0);
		const save = last || performance.now() - run.checkpointAt > CHECKPOINT_INTERVAL;
		if (!measure && !probe && !save) return;
		// The results of earlier steps come first, and a run that has diverged is not measured.
		await arrived;
		if (run.state !== 'training') return;
		const gpu = this.context;
		const job = async () => {
			if (probe) await this.listener.probe?.(run, step);
			const metrics = measure ? await run.measure() : null;
			gpu.check();
			if (metrics) this.listener.measured?.(run, step, metrics);
			// After the measurements, which are not made again if training continues from here.
			if (save) await run.save();
			if (!last || !metrics) return;
			run.state = 'finished';
			this.evict(entry, 'ended');
			this.listener.finished?.(run, metrics);
		};
		await this.exclusively(entry, () => this.residency.use(run, job));
	}

	/** The run takes no step and keeps its λ until the job is done, so that the whole measurement is of one state of the model. */
	private async exclusively(entry: SessionRun, job: () => Promise<void>): Promise<void> {
		while (entry.exclusive) await entry.exclusive.catch(() => {});
		const done = job();
		entry.exclusive = done;
		try {
			await done;
		} finally {
			entry.exclusive = null;
		}
	}
}
