import type { Experiment } from '../../experiment/types';
import type { ResidencyOptions } from '../../training/residency';
import type { Run, RunTrainer } from '../../training/run';
import type { Session } from '../../training/session';
import type { Command, Request, SessionState } from '../client/protocol';
import type { Generation } from './generation';
import type { LabGpu } from './labGpu';
import { messageOf, type Post } from './post';
import { type PreparedRuns, prepareRuns, prepareStored, storageFor } from './preparedRuns';
import { RunController } from './runController';
import type { StepProfiler } from './stepProfiler';
import type { WeightFiles } from './storage/weightFiles';
import type { TaskCache } from './taskCache';

/** Services of the worker that a `TrainingLifecycle` uses. */
interface Dependencies {
	post: Post;
	gpu: LabGpu;
	tasks: TaskCache;
	/** Stopped when its run is removed or replaced. */
	generation: Generation;
	/** Stopped when the runs are replaced. */
	profiler: StepProfiler;
	/** Options of every session. */
	options?: Partial<ResidencyOptions>;
	/** Files of stored trainings; null if nothing is stored. */
	files: WeightFiles | null;
}

/**
 * The life of runs, from a start to the next start or reset. Creates, adds, removes and replaces them one change at a time, trains them,
 * and posts the session's state.
 */
export class TrainingLifecycle {
	private present: RunController | null = null;
	private state: SessionState = 'idle';
	/** Number of starts and resets so far. */
	private starts = 0;
	/** The start whose runs' events are posted. Those of runs that a later start replaces are not. */
	private shownStart = 0;
	/** Runs are added and removed one change at a time. */
	private transition: Promise<void> = Promise.resolve();
	/** True if the session was paused when runs were last removed. */
	private removedWhilePaused = false;

	constructor(private readonly deps: Dependencies) {}

	/** The present runs; null if there are none. */
	get runs(): RunController | null {
		return this.present;
	}

	/** True while runs train or are compiled. */
	get isBusy(): boolean {
		return this.state === 'running' || this.state === 'compiling';
	}

	/** The session once the changes requested so far have been made. */
	sessionAfterChanges(): Promise<Session | undefined> {
		return this.transition.then(() => this.present?.session);
	}

	/** @throws Error if nothing was started */
	requireRuns(): RunController {
		if (!this.present) throw new Error('there are no runs: press Train first');
		return this.present;
	}

	/** Keeps a run on the device during `job`. @throws Error if there is no such run */
	async use<T>(name: string, job: (run: Run, model: RunTrainer) => Promise<T>): Promise<T> {
		const runs = this.requireRuns();
		const run = runs.find(name);
		return runs.session.use(run, (model) => job(run, model));
	}

	/** The present runs train on and are shown until the new ones have been created. If these are refused, the present ones stay. */
	start({ experiment, paused, checkpoint }: Extract<Command, { type: 'start' }>): Promise<void> {
		const start = ++this.starts;
		return this.enqueue(async () => {
			const prepared = await prepareRuns(experiment, this.deps, checkpoint);
			this.postStarted(start, experiment, checkpoint !== undefined);
			await this.replaceRuns(prepared, experiment, paused, start);
		});
	}

	/** The present runs train on until the stored ones have been read. If these can't be, the present ones stay. */
	continue({ stored, paused = false }: Request<'continue'>): Promise<void> {
		const start = ++this.starts;
		return this.enqueue(async () => {
			const prepared = await prepareStored(stored, this.deps);
			this.postStarted(start, stored.experiment, stored.fromCheckpoint);
			await this.replaceRuns(prepared, stored.experiment, paused, start);
		});
	}

	reset(): Promise<void> {
		this.shownStart = ++this.starts;
		return this.enqueue(async () => {
			await this.closeRuns();
			this.deps.tasks.clear();
			this.deps.post({ type: 'runs', runs: [] });
			this.enter('idle');
		});
	}

	add(experiment: Experiment): Promise<void> {
		const start = this.shownStart;
		return this.enqueue(async () => {
			if (!this.present) return this.replaceRuns(await prepareRuns(experiment, this.deps), experiment, false, start);
			await this.present.add(experiment);
			await this.admit(this.present, this.state !== 'paused');
		});
	}

	/** Copies the run at once and queues the rest, so that forks of several seeds requested together start at the same step. */
	async fork(run: string, change: Partial<Experiment>): Promise<void> {
		const runs = this.requireRuns();
		const copy = await runs.copy(run);
		await this.enqueue(async () => {
			if (this.present !== runs) throw new Error(`${run} was replaced by other runs`);
			await runs.fork(copy, change);
			await this.admit(runs, this.state !== 'paused');
		});
	}

	/** Removes runs that are present now: a run that is started later may have the same id. */
	remove(ids: readonly string[]): Promise<void> {
		const runs = this.present;
		return this.enqueue(async () => {
			if (!runs || runs !== this.present) return;
			this.removedWhilePaused = this.state === 'paused';
			this.deps.generation.stop(ids);
			await runs.remove(ids);
			this.postRest(runs);
		});
	}

	restore(ids: readonly string[]): Promise<void> {
		return this.enqueue(async () => {
			const runs = this.requireRuns();
			runs.restore(ids);
			await this.admit(runs, this.state !== 'paused' && !this.removedWhilePaused);
		});
	}

	async pause(): Promise<void> {
		if (this.state === 'running') await this.present?.session.pause();
	}

	resume(): void {
		if (this.state === 'paused' && this.present) this.train(this.present);
		// The runs wait for a lost GPU. `work` reports what comes of it.
		else if (this.present?.session.gpu.isLost) this.present.session.train().catch(() => {});
	}

	/** One step of every run, then paused. */
	step(): void {
		if (this.state === 'paused' && this.present) this.work(this.present, ({ session }) => session.step());
	}

	private enqueue(change: () => Promise<void>): Promise<void> {
		const done = this.transition.then(change);
		this.transition = done.catch(() => {});
		return done;
	}

	private enter(state: SessionState): void {
		this.state = state;
		this.deps.post({ type: 'state', state });
	}

	private postStarted(start: number, experiment: Experiment, fromCheckpoint: boolean): void {
		// A later reset already hides every run.
		if (this.shownStart >= start) return;
		this.shownStart = start;
		this.deps.post({ type: 'started', experiment, fromCheckpoint });
	}

	private async replaceRuns(prepared: PreparedRuns, experiment: Experiment, paused: boolean, start: number): Promise<void> {
		const { names, made, stored } = prepared;
		const { gpu, tasks, files, options } = this.deps;
		await this.closeRuns();
		tasks.clear(experiment);
		this.enter('compiling');
		try {
			const { reopen } = gpu;
			const post: Post = (event, transfer) => start === this.shownStart && this.deps.post(event, transfer);
			const context = await gpu.open();
			const storage = storageFor(prepared, files, (event) => {
				// The page records a run's curves as they are when it receives this.
				runs.flush();
				post(event);
			});
			const runs: RunController = new RunController(made, names, context, {
				post,
				tasks,
				reopen,
				options,
				storage,
				opened: () => this.showState(),
			});
			this.present = runs;
			if (stored) runs.resume(new Map(stored.runs.map(({ id, seconds }) => [id, seconds])));
			await this.admit(runs, !paused);
		} catch (error) {
			await this.closeRuns();
			this.enter('idle');
			throw error;
		}
	}

	/** Loads runs that joined onto the device. If others train already, the scheduler does that. */
	private async admit(runs: RunController, resume: boolean): Promise<void> {
		if (this.state === 'running') return;
		if (!runs.session.unfinished) return this.postRest(runs);
		this.enter('compiling');
		try {
			await runs.session.admitWaiting();
		} catch (error) {
			this.enter(restingState(runs));
			throw error;
		}
		if (resume && runs.session.unfinished) this.train(runs);
		else this.enter(restingState(runs));
	}

	private train(runs: RunController): void {
		this.work(runs, ({ session }) => session.train());
	}

	/** Trains in the background, and posts when it stops and why. */
	private work(runs: RunController, job: (runs: RunController) => Promise<void>): void {
		this.enter('running');
		job(runs)
			.finally(() => runs.flush())
			.then(
				() => this.stopped(runs),
				(error) => {
					if (this.present !== runs) return;
					this.deps.post({ type: 'error', message: messageOf(error) });
					this.enter('paused');
				},
			);
	}

	private stopped(runs: RunController): void {
		if (this.present !== runs) return;
		// A run may have joined while the last step was in flight.
		if (runs.session.wantsMore) {
			this.train(runs);
			return;
		}
		this.enter(restingState(runs));
		// A failed checkpoint leaves the one before, from which the same numbers come again.
		runs.store().catch(() => {});
	}

	/** Posts the state if runs that joined or left have changed it. */
	private postRest(runs: RunController): void {
		const state = restingState(runs);
		if (this.state !== 'running' && this.state !== state) this.enter(state);
	}

	/** Ends the display of compilation for a run that joined while the others train. */
	private showState(): void {
		if (this.state === 'running') this.deps.post({ type: 'state', state: 'running' });
	}

	private async closeRuns(): Promise<void> {
		const runs = this.present;
		this.deps.generation.stop();
		this.deps.profiler.stop();
		this.present = null;
		await runs?.close();
	}
}

/** The session's state while nothing trains. */
const restingState = ({ session }: RunController): SessionState =>
	session.unfinished ? 'paused' : session.runs.length ? 'finished' : 'idle';
