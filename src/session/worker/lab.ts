import { FILES, sourceOf } from '../../checkpoint/source';
import type { OpCheck } from '../../experiment/records/opCheck';
import type { StepReport } from '../../experiment/records/stepReport';
import type { Experiment } from '../../experiment/types';
import { checkOps } from '../../gpu/check';
import { NoGpuError } from '../../gpu/device';
import type { GpuContext } from '../../gpu/gpuContext';
import type { ResidencyOptions } from '../../training/residency';
import type { Checkpoint, Command, Estimate, NamedFile, Request } from '../client/protocol';
import { experimentOf } from './checkpointExperiment';
import { filesOf, keptFilesOf } from './checkpoints';
import { estimateOf, type Pace } from './estimate';
import { buffersOf, forwardPassOf } from './forwardPasses';
import { Generation } from './generation';
import { LabGpu } from './labGpu';
import { MeasuredTiles, type TileStore } from './measuredTiles';
import { messageOf, type Post } from './post';
import { onlyRunOf, projectOf, projectStart } from './project';
import { StepProfiler } from './stepProfiler';
import type { WeightFiles } from './storage/weightFiles';
import { TaskCache } from './taskCache';
import { TrainingLifecycle } from './trainingLifecycle';

/** Dispatches the page's commands. Those that change runs are passed to the training, requests are answered. */
export class Lab {
	private readonly gpu: LabGpu;
	private readonly training: TrainingLifecycle;
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
		options?: Partial<ResidencyOptions>,
		files: WeightFiles | null = null,
		tiles: TileStore | null = null,
	) {
		this.tiles = new MeasuredTiles(tiles);
		const open = async (timestamps?: boolean) => this.tiles.apply(await openGpu(timestamps));
		this.gpu = new LabGpu(open, post);
		this.profiler = new StepProfiler(() => open(true), this.tiles);
		const { gpu, tasks, generation, profiler } = this;
		this.training = new TrainingLifecycle({ post, gpu, tasks, generation, profiler, options, files });
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
				const answer = await this.training.use(request.run, (run, model) => forwardPassOf(run, model, request.text, request.intervention));
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
			case 'continue':
				await this.training.continue(request);
				return this.post({ type: 'answer', id, request: 'continue', answer: null });
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
			case 'start':
				return this.training.start(command);
			case 'reset':
				return this.training.reset();
			case 'add':
				return this.training.add(command.experiment);
			case 'fork':
				return this.training.fork(command.run, command.change);
			case 'remove':
				return this.training.remove(command.runs);
			case 'restore':
				return this.training.restore(command.runs);
			case 'pause':
				return this.training.pause();
			case 'resume':
				return this.training.resume();
			case 'step':
				return this.training.step();
			case 'setLambdas':
				return this.training.requireRuns().setLambdas(command.run, command.lambdas);
			case 'store':
				this.training.runs?.record(command.training, command.runs);
				return;
			case 'stopGenerating':
				return this.generation.stop();
			case 'stopProfile':
				return this.profiler.stop();
		}
	}

	private async estimate(id: number, experiment: Experiment): Promise<Estimate> {
		const { gpu } = this;
		const secondsPerStep: Pace['secondsPerStep'] = (of, { name }) => this.training.runs?.secondsPerStep(of, name) ?? null;
		const estimate = () => estimateOf(experiment, gpu.adapter, { speed: gpu.speed, secondsPerStep });
		const first = await estimate();
		// The speed is measured once, while nothing trains; the time follows a moment later.
		if (gpu.speed || this.training.isBusy || !(await gpu.adapter())) return first;
		this.post({ type: 'progress', id, request: 'estimate', progress: first });
		return (await gpu.measure()) ? estimate() : first;
	}

	/** A run's checkpoint at its present step. While the GPU is lost it is that of the weights in host memory. */
	private checkpoint(name: string): Promise<Checkpoint> {
		const runs = this.training.requireRuns();
		const { gpu } = runs.session;
		return gpu.isLost ? keptFilesOf(runs.find(name), gpu.adapter) : this.training.use(name, filesOf);
	}

	private async generate(id: number, request: Request<'generate'>): Promise<void> {
		const { session } = this.training.requireRuns();
		await this.training.use(request.run, (run) =>
			this.generation.generate(request, run, session.gpu, (progress) => this.post({ type: 'progress', id, request: 'generate', progress })),
		);
	}

	private async project(id: number, { runs, present, link }: Request<'project'>): Promise<NamedFile[]> {
		const start = async ({ id: name, experiment }: Request<'project'>['runs'][number]) =>
			present ? this.training.use(name, projectStart) : { run: onlyRunOf(name, experiment, await this.tasks.of(experiment)), state: null };
		// One after the other: each may need the whole device.
		const starts: Awaited<ReturnType<typeof start>>[] = [];
		for (const run of runs) starts.push(await start(run));
		// Afterwards, because the session may have replaced a lost device meanwhile.
		const gpu = present ? this.training.requireRuns().session.gpu : await this.gpu.openWorking();
		return projectOf(starts, { gpu, link, progress: (progress) => this.post({ type: 'progress', id, request: 'project', progress }) });
	}

	/** Training waits meanwhile, and so does the measurement for a start in progress. */
	private async profile({ id, experiment, method, tune }: Request<'profile'>): Promise<StepReport | null> {
		const report = await this.profiler.profile({ experiment, method, tune }, this.training.sessionAfterChanges(), (progress) =>
			this.post({ type: 'progress', id, request: 'profile', progress }),
		);
		// Runs that are on the device keep their programs; later ones take what was measured.
		if (tune && this.gpu.isOpened) await this.tiles.apply(await this.gpu.open());
		return report;
	}

	private async checkGpu(id: number): Promise<OpCheck[]> {
		const { library, adapter } = await this.gpu.openWorking();
		return checkOps(library, adapter, (row, done, total) =>
			this.post({ type: 'progress', id, request: 'checkGpu', progress: { done, total, row } }),
		);
	}
}
