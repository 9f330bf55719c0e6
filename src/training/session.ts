import type { Task } from '../data/task';
import type { LambdaEdit } from '../experiment/interventions/lambdas';
import { methodsOf } from '../experiment/methods/names';
import type { Metrics } from '../experiment/records/metrics';
import type { Experiment } from '../experiment/types';
import { DeviceLostError, type GpuContext } from '../gpu/gpuContext';
import { memoryBudget, Residency, type ResidencyListener } from './residency';
import { Run } from './run';
import type { StepResult, Trainer } from './trainer';

/** What a session tells whoever watches it, in order. */
export interface SessionListener extends ResidencyListener {
	/** A step's result; after a lost device, steps since the last checkpoint come again, with the same numbers. */
	stepped?(run: Run, result: StepResult): void;
	measured?(run: Run, step: number, metrics: Metrics): void;
	/** Time to look at a run's attention: `step` updates are done. */
	probe?(run: Run, step: number): Promise<void> | void;
	/** The loss of `step` was no number: the run stops alone. */
	diverged?(run: Run, step: number): void;
	finished?(run: Run, metrics: Metrics): void;
	/** The run can't be brought onto the device, and is a run of the session no longer; without this, whoever waits is told. */
	refused?(run: Run, error: unknown): void;
	deviceLost?(message: string): void;
	resumed?(steps: Record<string, number>): void;
}

/** Time between two checkpoints of a run in memory, ms. */
const CHECKPOINT_INTERVAL = 10_000;
/** The loop gives way to messages at least this often, ms. */
const LONGEST_HOLD = 8;
/**
 * Time that the steps in flight may take, seconds: whoever looks at a run waits behind them. One is always in flight; what a
 * GPU loses between two long steps is little beside them.
 */
const LONGEST_QUEUE = 0.1;
/** Devices lost one after the other without a step between before a session gives up. */
const MOST_LOSSES = 3;

/**
 * The runs of an experiment, methods × seeds, on no device yet.
 *
 * @param steps stop after this many instead of the experiment's; the schedule stays the experiment's
 */
export const runsOf = (experiment: Experiment, task: Task, steps?: number): Run[] =>
	methodsOf(experiment).flatMap((method) => experiment.seeds.map((seed) => new Run({ experiment, method, seed, task, steps })));

/** What the session is after: no steps, one of each run that is training, or all. */
type Aim = 'rest' | 'step' | 'train';

/**
 * Runs trained side by side. As many as have room on the device have a seat; the others wait for one. Of those with a
 * seat, always the one with the fewest steps goes next: what charts and maps compare is the same step of each, so one
 * that came later catches up first.
 */
export class Session {
	/** In the order of the page. */
	readonly runs: Run[];
	/** On the device, and trained. */
	private readonly seats = new Set<Run>();
	/** On their way out: no further step, no seat. */
	private readonly leaving = new Set<Run>();
	/** No further step until this resolves. */
	private readonly still = new Map<Run, Promise<unknown>>();
	private readonly residency: Residency;
	private aim: Aim = 'rest';
	/** Where the steps of `step` lead, by run. */
	private readonly goals = new Map<Run, number>();
	private loop: Promise<void> | null = null;
	private filling: Promise<void> | null = null;
	/** No run waits that has room: known until a run comes or goes. */
	private full = false;
	private recovery: Promise<void> | null = null;
	private losses = 0;

	/**
	 * @param open gives a device: a new one each time it is called
	 * @param budget bytes that all runs' weights, gradients and moments may take on a device
	 */
	constructor(
		runs: readonly Run[],
		public gpu: GpuContext,
		private readonly open: () => Promise<GpuContext>,
		private readonly listener: SessionListener,
		budget = memoryBudget,
	) {
		this.runs = [...runs];
		this.residency = new Residency(gpu, budget, listener);
	}

	get running(): boolean {
		return this.loop !== null;
	}

	/** Whether runs that have come since the last step are to be trained. */
	get wantsMore(): boolean {
		return this.aim === 'train' && this.unfinished;
	}

	/** Whether any run has steps to take. */
	get unfinished(): boolean {
		return this.active.length > 0;
	}

	/** Compiles, and seats waiting runs as far as there is room. @throws ShaderError, PlanError unless the listener takes what is refused */
	fill(): Promise<void> {
		this.filling ??= this.seatAll().finally(() => {
			this.filling = null;
		});
		return this.filling;
	}

	/** More runs, at the end or at a place of their own. They are trained as soon as there is room. */
	add(runs: readonly Run[], at = this.runs.length): void {
		this.runs.splice(at, 0, ...runs);
		this.full = false;
	}

	/** Takes runs out as they stand, once their steps in flight have arrived and nobody looks at them; `add` brings them back. */
	async remove(runs: readonly Run[]): Promise<void> {
		for (const run of runs) this.leaving.add(run);
		try {
			await Promise.all(runs.map((run) => this.takeOut(run)));
		} finally {
			for (const run of runs) this.leaving.delete(run);
		}
	}

	/** Brings a run onto the device, parked or not yet begun, and keeps it there while `job` goes on. */
	async use<T>(run: Run, job: (model: Trainer) => Promise<T>): Promise<T> {
		if (this.gpu.isLost) await this.recover(this.gpu);
		return this.residency.use(run, job);
	}

	/** Training of the run goes on with other λ, from its next step on. @throws InterventionError, Error where it has no next step */
	moveLambdas(run: Run, lambdas: readonly LambdaEdit[]): Promise<void> {
		return this.whileStill(run, async () => {
			if (run.state !== 'training') throw new Error(`${run.id} has no next step to take with other λ: fork it with more steps first`);
			await this.use(run, () => run.moveLambdas(lambdas));
		});
	}

	/** Trains until every run has taken its steps, or until `pause`. */
	train(): Promise<void> {
		return this.work('train');
	}

	/** One more step of every run that has a seat. */
	step(): Promise<void> {
		this.goals.clear();
		for (const run of this.active) this.goals.set(run, run.step + 1);
		return this.work('step');
	}

	/** Stops after the steps in flight; resolves when they have arrived. */
	async pause(): Promise<void> {
		this.aim = 'rest';
		await this.loop;
	}

	async close(): Promise<void> {
		for (const run of this.runs) this.leaving.add(run);
		await this.pause().catch(() => {});
		await this.filling?.catch(() => {});
		for (const run of this.runs) this.unseat(run);
		await this.residency.close();
		this.gpu.pool.destroy();
	}

	private get active(): Run[] {
		return this.runs.filter((run) => run.state === 'training' && !this.leaving.has(run));
	}

	private work(aim: Aim): Promise<void> {
		this.aim = aim;
		this.loop ??= this.workOn().finally(() => {
			this.loop = null;
		});
		return this.loop;
	}

	private async workOn(): Promise<void> {
		for (;;) {
			const { gpu } = this;
			try {
				if (gpu.isLost) await gpu.lost;
				await Promise.race([this.advanceAll(gpu), gpu.lost]);
				if (gpu === this.gpu) return;
			} catch (error) {
				if (!(await isLossOf(gpu, error))) throw error;
				await this.recover(gpu);
			}
		}
	}

	/** Goes over from a lost device to a new one, every run with its last checkpoint. @throws DeviceLostError where that happens over and over */
	private async recover(lost: GpuContext): Promise<void> {
		if (this.gpu !== lost) return;
		this.recovery ??= this.changeDevice().finally(() => {
			this.recovery = null;
		});
		return this.recovery;
	}

	private async changeDevice(): Promise<void> {
		const message = await this.gpu.lost.catch((reason: Error) => reason.message);
		if (++this.losses > MOST_LOSSES) throw new DeviceLostError(message);
		this.listener.deviceLost?.(message);
		const gpu = await this.open();
		this.residency.move(gpu);
		this.gpu = gpu;
		for (const run of this.seats) await this.residency.enter(run);
		this.listener.resumed?.(Object.fromEntries(this.active.map((run) => [run.id, run.step])));
	}

	private async seatAll(): Promise<void> {
		this.full = true;
		for (let run = this.nextWaiting(); run; run = this.nextWaiting()) {
			const { gpu } = this;
			this.residency.hold(run);
			try {
				await this.residency.enter(run);
				if (!this.leaving.has(run)) this.seats.add(run);
			} catch (error) {
				if (await isLossOf(gpu, error)) await this.recover(gpu);
				else this.refuse(run, error);
			} finally {
				if (!this.seats.has(run)) this.residency.release(run);
			}
		}
	}

	private refuse(run: Run, error: unknown): void {
		const at = this.runs.indexOf(run);
		if (at >= 0) this.runs.splice(at, 1);
		if (!this.listener.refused) throw error;
		this.listener.refused(run, error);
	}

	/**
	 * The run that the next seat is for; null where there is none, or no room. Where many wait, the first run of each method
	 * comes before the second ones: so much can be compared early.
	 */
	private nextWaiting(): Run | null {
		const nth = (run: Run) => this.runs.slice(0, this.runs.indexOf(run)).filter(({ method }) => method.name === run.method.name).length;
		let next: Run | null = null;
		for (const run of this.active) if (!this.seats.has(run) && (!next || nth(run) < nth(next))) next = run;
		return next && this.residency.hasRoom(next, this.seats) ? next : null;
	}

	private async takeOut(run: Run): Promise<void> {
		this.unseat(run);
		await this.residency.leave(run);
		this.goals.delete(run);
		const at = this.runs.indexOf(run);
		if (at >= 0) this.runs.splice(at, 1);
	}

	private unseat(run: Run): void {
		if (!this.seats.delete(run)) return;
		this.residency.release(run);
		this.full = false;
	}

	/** How far a run is to go now. */
	private goalOf(run: Run): number {
		if (this.aim === 'rest') return 0;
		return this.aim === 'train' ? run.steps : Math.min(run.steps, this.goals.get(run) ?? 0);
	}

	/** The run to step next; null where none has steps to take now. */
	private nextBehind(): Run | null {
		const goesOn = (run: Run) => this.seats.has(run) && !this.leaving.has(run) && !this.still.has(run) && run.step < this.goalOf(run);
		const behind = this.runs.filter(goesOn);
		return behind.length ? behind.reduce((a, b) => (b.step < a.step ? b : a)) : null;
	}

	private async advanceAll(gpu: GpuContext): Promise<void> {
		/** Steps in flight, and whose each is. */
		const flying = new Map<Promise<void>, Run>();
		let failure: unknown;
		let yielded = performance.now();
		const fail = (error: unknown) => {
			failure ??= error;
		};
		while (this.gpu === gpu) {
			await gpu.ring.free();
			if (failure) throw failure;
			if (performance.now() - yielded > LONGEST_HOLD) {
				await new Promise((resolve) => setTimeout(resolve));
				yielded = performance.now();
				continue;
			}
			const working = this.aim !== 'rest';
			if (working && !this.full && !this.filling) this.fill().catch(fail);
			const run = this.nextBehind();
			if (run && secondsOf(flying.values()) > LONGEST_QUEUE) {
				await Promise.race(flying.keys());
				continue;
			}
			if (!run) {
				const pending = [...flying.keys(), ...(working ? [...this.still.values(), ...(this.filling ? [this.filling] : [])] : [])];
				if (!pending.length) break;
				await Promise.race(pending).catch(() => {});
				continue;
			}
			const arrived = this.advance(run);
			const flight: Promise<void> = arrived.catch(fail).finally(() => flying.delete(flight));
			flying.set(flight, run);
			await this.lookAt(run, run.step, arrived);
		}
		if (failure) throw failure;
	}

	/** Submits a step at once; resolves when its result has arrived. */
	private async advance(run: Run): Promise<void> {
		this.residency.hold(run);
		try {
			const result = await run.advance();
			if (run.state !== 'training') return;
			const now = performance.now();
			for (const other of this.seats) other.busyUntil(now);
			this.losses = 0;
			this.listener.stepped?.(run, result);
			if (Number.isFinite(result.loss) && Number.isFinite(result.gradNorm)) return;
			run.state = 'diverged';
			this.unseat(run);
			this.listener.diverged?.(run, result.step);
		} finally {
			this.residency.release(run);
		}
	}

	/** Measures, probes and saves where it is time; `step` updates of the run have been submitted. */
	private async lookAt(run: Run, step: number, arrived: Promise<void>): Promise<void> {
		const { validateEvery, probeEvery } = run.experiment;
		const last = step >= run.steps;
		const measure = last || (validateEvery > 0 && step % validateEvery === 0);
		const probe = last || (probeEvery > 0 && step % probeEvery === 0);
		const save = last || performance.now() - run.checkpointAt > CHECKPOINT_INTERVAL;
		if (!measure && !probe && !save) return;
		// Results of the steps before come first, and a run that has diverged is not looked at.
		await arrived;
		if (run.state !== 'training') return;
		const look = async () => {
			if (save) await run.save();
			if (probe) await this.listener.probe?.(run, step);
			if (!measure) return;
			const metrics = await run.measure();
			this.listener.measured?.(run, step, metrics);
			if (!last) return;
			run.state = 'finished';
			this.unseat(run);
			this.listener.finished?.(run, metrics);
		};
		await this.whileStill(run, () => this.residency.use(run, look));
	}

	/** The run takes no step, and nobody moves its λ, until the job is done: what is measured is one model. */
	private async whileStill(run: Run, job: () => Promise<void>): Promise<void> {
		while (this.still.has(run)) await this.still.get(run)?.catch(() => {});
		const done = job();
		this.still.set(run, done);
		try {
			await done;
		} finally {
			this.still.delete(run);
		}
	}
}

/** Time that one step of each run takes, together, seconds; infinite where one has yet to take its first. */
function secondsOf(runs: Iterable<Run>): number {
	let seconds = 0;
	for (const run of runs) seconds += run.secondsPerStep ?? Number.POSITIVE_INFINITY;
	return seconds;
}

/** Whether an error comes from the loss of a device. */
async function isLossOf(gpu: GpuContext, error: unknown): Promise<boolean> {
	if (error instanceof DeviceLostError) return true;
	// Mapping a buffer of a lost device fails first; the loss itself is known a moment later.
	const pause = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 200));
	return Promise.race([gpu.lost.catch(() => true), pause]);
}
