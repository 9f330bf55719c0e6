import { FILES, sourceOf } from '../../checkpoint/source';
import type { OpCheck } from '../../experiment/records/opCheck';
import type { StepReport } from '../../experiment/records/stepReport';
import type { StoredTraining } from '../../experiment/records/stored';
import type { Experiment } from '../../experiment/types';
import { checkOps } from '../../gpu/check';
import { NoGpuError } from '../../gpu/device';
import type { GpuContext } from '../../gpu/gpuContext';
import type { ResidencyOptions } from '../../training/residency';
import type { Run, RunTrainer } from '../../training/run';
import { expectPrecision } from '../../training/trainer';
import type { Checkpoint, Command, Estimate, NamedFile, Request, SessionState } from '../client/protocol';
import { experimentOf } from './checkpointExperiment';
import { filesOf, keptFilesOf, startFrom } from './checkpoints';
import { estimateOf, type Pace } from './estimate';
import { buffersOf, forwardPassOf } from './forwardPasses';
import { Generation } from './generation';
import { LabGpu } from './labGpu';
import { MeasuredTiles, type TileStore } from './measuredTiles';
import { messageOf, type Post } from './post';
import { onlyRunOf, projectOf, projectStart } from './project';
import { RunController } from './runController';
import { RunNames } from './runNames';
import { StepProfiler } from './stepProfiler';
import { storedRuns } from './storage/continueTraining';
import { RunStorage } from './storage/runStorage';
import { StoredWeightsError } from './storage/snapshotFile';
import type { WeightFiles } from './storage/weightFiles';
import { TaskCache } from './taskCache';

/** Carries out the protocol's commands and posts its events. */
export class Lab {
	private readonly gpu: LabGpu;
	private runs: RunController | null = null;
	private state: SessionState = 'idle';
	/** Number of starts and resets so far. */
	private starts = 0;
	/** The start whose runs' events are posted. Those of runs that a later start replaces are not. */
	private shownStart = 0;
	/** Runs are added and removed one change at a time. */
	private transition: Promise<void> = Promise.resolve();
	/** True if the session was paused when runs were last removed. */
	private removedWhilePaused = false;
	private readonly tasks = new TaskCache();
	private readonly generation = new Generation();
	private readonly profiler: StepProfiler;
	private readonly tiles: MeasuredTiles;

	/**
	 * @param openGpu opens a new device each time it is called, with timestamps if they are asked for and there are any
	 * @param options of every session
	 * @param files of stored trainings; null if nothing is stored
	 * @param tiles place for measured tiles; null if they are not stored
	 */
	constructor(
		openGpu: (timestamps?: boolean) => Promise<GpuContext>,
		private readonly post: Post,
		private readonly options?: Partial<ResidencyOptions>,
		private readonly files: WeightFiles | null = null,
		tiles: TileStore | null = null,
	) {
		this.tiles = new MeasuredTiles(tiles);
		const open = async (timestamps?: boolean) => this.tiles.apply(await openGpu(timestamps));
		this.gpu = new LabGpu(open, post);
		this.profiler = new StepProfiler(() => open(true), this.tiles);
	}

	/** Carries out a command. Errors are posted: `failed` for a request, else `error`; `unavailable` if there is no GPU. */
	async handle(command: Command): Promise<void> {
		try {
			if ('id' in command) await this.answer(command);
			else await this.carryOut(command);
		} catch (error) {
			const first = error instanceof NoGpuError && !this.gpu.isOpened;
			if (first) this.post({ type: 'unavailable', reason: error.message, advice: error.advice });
			if ('id' in command) this.post({ type: 'failed', id: command.id, message: messageOf(error) });
			else if (!first) this.post({ type: 'error', message: messageOf(error) });
		}
	}

	private async answer(request: Request): Promise<void> {
		const { id } = request;
		switch (request.type) {
			case 'estimate':
				return this.post({ type: 'answer', id, request: 'estimate', answer: await this.estimate(id, request.experiment) });
			case 'forwardPass': {
				const answer = await this.use(request.run, (run, model) => forwardPassOf(run, model, request.text, request.intervention));
				return this.post({ type: 'answer', id, request: 'forwardPass', answer }, buffersOf(answer));
			}
			case 'generate':
				await this.generate(id, request);
				return this.post({ type: 'answer', id, request: 'generate', answer: null });
			case 'checkpoint':
				return this.post({ type: 'answer', id, request: 'checkpoint', answer: await this.checkpoint(request.run) });
			case 'checkpointExperiment': {
				const answer = experimentOf(sourceOf(request.files).json(FILES.config), request.form);
				return this.post({ type: 'answer', id, request: 'checkpointExperiment', answer });
			}
			case 'continue': {
				const start = ++this.starts;
				await this.enqueue(() => this.continue(request, start));
				return this.post({ type: 'answer', id, request: 'continue', answer: null });
			}
			case 'project': {
				const answer = await this.project(id, request);
				return this.post(
					{ type: 'answer', id, request: 'project', answer },
					answer.map(({ bytes }) => bytes.buffer),
				);
			}
			case 'checkGpu':
				return this.post({ type: 'answer', id, request: 'checkGpu', answer: await this.checkGpu(id) });
			case 'profile':
				return this.post({ type: 'answer', id, request: 'profile', answer: await this.profile(request) });
		}
	}

	private async carryOut(command: Exclude<Command, Request>): Promise<void> {
		switch (command.type) {
			case 'open':
				await this.gpu.open();
				return;
			case 'start': {
				const start = ++this.starts;
				return this.enqueue(() => this.start(command, start));
			}
			case 'reset':
				this.shownStart = ++this.starts;
				return this.enqueue(() => this.reset());
			case 'add': {
				const start = this.shownStart;
				return this.enqueue(() => this.add(command.experiment, start));
			}
			case 'fork':
				return this.fork(command.run, command.change);
			case 'remove': {
				const { runs } = this;
				return this.enqueue(() => this.remove(command.runs, runs));
			}
			case 'restore':
				return this.enqueue(() => this.restore(command.runs));
			case 'pause':
				if (this.state === 'running') await this.runs?.session.pause();
				return;
			case 'resume':
				if (this.state === 'paused' && this.runs) this.train(this.runs);
				// The runs wait for a lost GPU. `work` reports what comes of it.
				else if (this.runs?.session.gpu.isLost) this.runs.session.train().catch(() => {});
				return;
			case 'step':
				if (this.state === 'paused' && this.runs) this.work(this.runs, ({ session }) => session.step());
				return;
			case 'setLambdas':
				return this.requireRuns().setLambdas(command.run, command.lambdas);
			case 'store':
				this.runs?.record(command.training, command.runs);
				return;
			case 'stopGenerating':
				return this.generation.stop();
			case 'stopProfile':
				return this.profiler.stop();
		}
	}

	private enqueue(job: () => Promise<void>): Promise<void> {
		const done = this.transition.then(job);
		this.transition = done.catch(() => {});
		return done;
	}

	private enter(state: SessionState): void {
		this.state = state;
		this.post({ type: 'state', state });
	}

	private async estimate(id: number, experiment: Experiment): Promise<Estimate> {
		const { gpu } = this;
		const secondsPerStep: Pace['secondsPerStep'] = (of, { name }) => this.runs?.secondsPerStep(of, name) ?? null;
		const estimate = () => estimateOf(experiment, gpu.adapter, { speed: gpu.speed, secondsPerStep });
		const first = await estimate();
		// The speed is measured once, while nothing trains; the time follows a moment later.
		const busy = this.state === 'running' || this.state === 'compiling';
		if (gpu.speed || busy || !(await gpu.adapter())) return first;
		this.post({ type: 'progress', id, request: 'estimate', progress: first });
		return (await gpu.measure()) ? estimate() : first;
	}

	/** The present runs train on and are shown until the new ones have been created. */
	private async start({ experiment, paused, checkpoint }: Extract<Command, { type: 'start' }>, start: number): Promise<void> {
		const prepared = await this.prepare(experiment, checkpoint);
		this.postStarted(start, experiment, checkpoint !== undefined);
		await this.replaceRuns(prepared, experiment, paused, start);
	}

	private postStarted(start: number, experiment: Experiment, fromCheckpoint: boolean): void {
		// A later reset already hides every run.
		if (this.shownStart >= start) return;
		this.shownStart = start;
		this.post({ type: 'started', experiment, fromCheckpoint });
	}

	/** The present runs train on until the stored ones have been read. */
	private async continue({ stored, paused = false }: Request<'continue'>, start: number): Promise<void> {
		const { files, tasks } = this;
		if (!files) throw new StoredWeightsError('this browser stores no trainings');
		const { adapter } = await this.gpu.open();
		const names = new RunNames();
		const made = await storedRuns(stored, { files, tasks, names, adapter });
		this.postStarted(start, stored.experiment, stored.fromCheckpoint);
		await this.replaceRuns({ names, made, stored }, stored.experiment, paused, start);
	}

	private async replaceRuns({ names, made, stored }: PreparedRuns, experiment: Experiment, paused: boolean, start: number): Promise<void> {
		await this.closeRuns();
		this.tasks.clear(experiment);
		this.enter('compiling');
		try {
			const { tasks, options } = this;
			const { reopen } = this.gpu;
			const post: Post = (event, transfer) => start === this.shownStart && this.post(event, transfer);
			const context = await this.gpu.open();
			const storage = this.storageFor(made, stored, (event) => {
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
			this.runs = runs;
			if (stored) runs.resume(new Map(stored.runs.map(({ id, seconds }) => [id, seconds])));
			await this.admit(runs, !paused);
		} catch (error) {
			await this.closeRuns();
			this.enter('idle');
			throw error;
		}
	}

	private storageFor(
		runs: readonly Run[],
		stored: StoredTraining | undefined,
		post: ConstructorParameters<typeof RunStorage>[2],
	): RunStorage | null {
		if (!this.files) return null;
		const storage = new RunStorage(stored?.id ?? crypto.randomUUID(), this.files, post);
		stored?.runs.forEach(({ weights }, i) => {
			if (weights) storage.adopt(runs[i], weights.bytes);
		});
		return storage;
	}

	/**
	 * Creates an experiment's runs. An impossible task, a checkpoint that doesn't fit, or a precision that the GPU doesn't have is refused
	 * before the present runs are closed.
	 */
	private async prepare(experiment: Experiment, checkpoint?: readonly NamedFile[]): Promise<PreparedRuns> {
		const names = new RunNames();
		const made = names.begin(await this.tasks.ofRuns(experiment));
		if (checkpoint) startFrom(checkpoint, made);
		const half = made.find((run) => run.experiment.precision === 'float16');
		// A device that is not there is reported when it is opened.
		const adapter = half ? await this.gpu.adapter() : null;
		if (half && adapter) expectPrecision(half.experiment.precision, adapter);
		return { names, made };
	}

	private async reset(): Promise<void> {
		await this.closeRuns();
		this.tasks.clear();
		this.post({ type: 'runs', runs: [] });
		this.enter('idle');
	}

	private async add(experiment: Experiment, start: number): Promise<void> {
		if (!this.runs) return this.replaceRuns(await this.prepare(experiment), experiment, false, start);
		await this.runs.add(experiment);
		await this.admit(this.runs, this.state !== 'paused');
	}

	/** Copies the run at once and queues the rest, so that forks of several seeds requested together start at the same step. */
	private async fork(run: string, change: Partial<Experiment>): Promise<void> {
		const runs = this.requireRuns();
		const copy = await runs.copy(run);
		await this.enqueue(async () => {
			if (this.runs !== runs) throw new Error(`${run} was replaced by other runs`);
			await runs.fork(copy, change);
			await this.admit(runs, this.state !== 'paused');
		});
	}

	/** @param of the runs at the time of the command: a run that was started later may have the same id */
	private async remove(ids: readonly string[], of: RunController | null): Promise<void> {
		const { runs } = this;
		if (!runs || runs !== of) return;
		this.removedWhilePaused = this.state === 'paused';
		this.generation.stop(ids);
		await runs.remove(ids);
		this.postRest(runs);
	}

	private async restore(ids: readonly string[]): Promise<void> {
		const runs = this.requireRuns();
		runs.restore(ids);
		await this.admit(runs, this.state !== 'paused' && !this.removedWhilePaused);
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
					if (this.runs !== runs) return;
					this.post({ type: 'error', message: messageOf(error) });
					this.enter('paused');
				},
			);
	}

	private stopped(runs: RunController): void {
		if (this.runs !== runs) return;
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
		if (this.state === 'running') this.post({ type: 'state', state: 'running' });
	}

	private async closeRuns(): Promise<void> {
		const { runs } = this;
		this.generation.stop();
		this.profiler.stop();
		this.runs = null;
		await runs?.close();
	}

	/** @throws Error if nothing was started */
	private requireRuns(): RunController {
		if (!this.runs) throw new Error('there are no runs: press Train first');
		return this.runs;
	}

	/** Keeps a run on the device during `job`. @throws Error if there is no such run */
	private async use<T>(name: string, job: (run: Run, model: RunTrainer) => Promise<T>): Promise<T> {
		const runs = this.requireRuns();
		const run = runs.find(name);
		return runs.session.use(run, (model) => job(run, model));
	}

	/** A run's checkpoint at its present step. While the GPU is lost it is that of the weights in host memory. */
	private checkpoint(name: string): Promise<Checkpoint> {
		const { session } = this.requireRuns();
		return session.gpu.isLost ? keptFilesOf(this.requireRuns().find(name), session.gpu.adapter) : this.use(name, filesOf);
	}

	private async generate(id: number, request: Request<'generate'>): Promise<void> {
		const { session } = this.requireRuns();
		await this.use(request.run, (run) =>
			this.generation.generate(request, run, session.gpu, (progress) => this.post({ type: 'progress', id, request: 'generate', progress })),
		);
	}

	private async project(id: number, { runs, present, link }: Request<'project'>): Promise<NamedFile[]> {
		const start = async ({ id: name, experiment }: Request<'project'>['runs'][number]) =>
			present ? this.use(name, projectStart) : { run: onlyRunOf(name, experiment, await this.tasks.of(experiment)), state: null };
		// One after the other: each may need the whole device.
		const starts: Awaited<ReturnType<typeof start>>[] = [];
		for (const run of runs) starts.push(await start(run));
		// Afterwards, because the session may have replaced a lost device meanwhile.
		const gpu = present ? this.requireRuns().session.gpu : await this.gpu.openWorking();
		return projectOf(starts, { gpu, link, progress: (progress) => this.post({ type: 'progress', id, request: 'project', progress }) });
	}

	/** Training waits meanwhile, and so does the measurement for a start in progress. */
	private async profile({ id, experiment, method, tune }: Request<'profile'>): Promise<StepReport | null> {
		const session = this.transition.then(() => this.runs?.session);
		const report = await this.profiler.profile({ experiment, method, tune }, session, (progress) =>
			this.post({ type: 'progress', id, request: 'profile', progress }),
		);
		// Runs that are on the device keep their programs; later ones take what was measured.
		if (tune && this.gpu.isOpened) await this.tiles.apply(await this.gpu.open());
		return report;
	}

	private async checkGpu(id: number): Promise<OpCheck[]> {
		const { library, adapter } = await this.gpu.openWorking();
		return checkOps(library, adapter.profile, (row, done, total) =>
			this.post({ type: 'progress', id, request: 'checkGpu', progress: { done, total, row } }),
		);
	}
}

/** Runs that were created and are not on the device yet. */
interface PreparedRuns {
	names: RunNames;
	made: Run[];
	/** The stored training that they are from. */
	stored?: StoredTraining;
}

/** The session's state while nothing trains. */
const restingState = ({ session }: RunController): SessionState =>
	session.unfinished ? 'paused' : session.runs.length ? 'finished' : 'idle';
