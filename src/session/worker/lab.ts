import { checkpointFiles, FILES, readModel, type StoredModel } from '../../checkpoint/folder';
import { CheckpointError } from '../../checkpoint/safetensors';
import { PlanError } from '../../compiler/plan';
import { loadMobyDick } from '../../data/mobyDick';
import { type Task, TaskError } from '../../data/task';
import { createTask, usesBook } from '../../data/tasks';
import { START } from '../../data/vocabulary';
import { methodsOf } from '../../experiment/methods';
import type { Experiment } from '../../experiment/types';
import { checkOps } from '../../gpu/check';
import { NoGpuError } from '../../gpu/device';
import { type ModelConfig, modelConfig } from '../../model/config';
import { flopsPerToken, modelCosts } from '../../model/costs';
import { type Run, trainingConfig } from '../../training/run';
import { runsOf, Session } from '../../training/session';
import { trainerPlans } from '../../training/trainer';
import { Workbench } from '../../training/workbench';
import type { Command, Estimate, Event, NamedFile, SessionState } from '../client/protocol';
import { StepBuffer } from './stepBuffer';
import { Writing } from './writing';

/** Sends an event to the page; the buffers in `transfer` move there without a copy. */
export type Post = (event: Event, transfer?: ArrayBuffer[]) => void;

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The trainer behind the protocol: takes commands, posts events. One session at a time. */
export class Lab {
	private bench: Promise<Workbench> | null = null;
	private session: Session | null = null;
	private task: Task | null = null;
	private state: SessionState = 'idle';
	/** Starting and resetting happen one after the other. */
	private transition: Promise<void> = Promise.resolve();
	private generation = 0;
	private readonly writing: Writing;
	private buffer: StepBuffer | null = null;

	constructor(
		private readonly gpu: () => GPU | undefined,
		private readonly post: Post,
	) {
		this.writing = new Writing(post);
	}

	/** Carries out a command; what goes wrong is posted as an `error` or `unavailable` event. */
	async handle(command: Command): Promise<void> {
		try {
			await this.carryOut(command);
		} catch (error) {
			if (error instanceof NoGpuError) this.post({ type: 'unavailable', reason: error.message, advice: error.advice });
			else this.post({ type: 'error', message: words(error) });
		}
	}

	private async carryOut(command: Command): Promise<void> {
		switch (command.type) {
			case 'open':
				await this.workbench();
				return;
			case 'estimate':
				this.post({ type: 'estimate', id: command.id, estimate: await this.estimate(command.experiment) });
				return;
			case 'start':
				return this.enqueue(() => this.start(command.experiment, command.paused, command.checkpoint));
			case 'reset':
				return this.enqueue(async () => {
					await this.closeSession();
					this.post({ type: 'runs', runs: [] });
					this.enter('idle');
				});
			case 'pause':
				if (this.state === 'running') await this.session?.pause();
				return;
			case 'resume':
				if (this.state === 'paused' && this.session) this.work(this.session, () => this.session?.train());
				return;
			case 'step':
				if (this.state === 'paused' && this.session) this.work(this.session, () => this.session?.step());
				return;
			case 'add':
			case 'fork':
			case 'remove':
			case 'restore':
			case 'setLambdas':
			case 'look':
				throw new Error(`${command.type} is not built yet`);
			case 'generate': {
				const { session, task, run } = this.open(command.run);
				return this.writing.write(command, run, session.workbench, task.vocabulary);
			}
			case 'stopGenerating':
				return this.writing.stop();
			case 'checkpoint':
				return this.sendCheckpoint(command.id, command.run);
			case 'checkGpu':
				return this.checkGpu();
		}
	}

	private enqueue(job: () => Promise<void>): Promise<void> {
		this.generation++;
		const done = this.transition.then(job);
		this.transition = done.catch(() => {});
		return done;
	}

	private enter(state: SessionState): void {
		this.state = state;
		this.post({ type: 'state', state });
	}

	/** The device, opened at the first need and again after a loss. */
	private workbench(): Promise<Workbench> {
		this.bench ??= Workbench.open(this.gpu()).then((bench) => {
			const { name, vendor, architecture, software, profile } = bench.adapter;
			this.post({ type: 'adapter', adapter: { name, vendor, architecture, software, kernels: profile.description } });
			return bench;
		});
		this.bench.catch(() => {
			this.bench = null;
		});
		return this.bench;
	}

	private reopen = (): Promise<Workbench> => {
		this.bench = null;
		return this.workbench();
	};

	private async start(experiment: Experiment, paused: boolean, checkpoint?: readonly NamedFile[]): Promise<void> {
		const task = createTask(experiment, usesBook(experiment) ? await loadMobyDick() : '');
		// A checkpoint that doesn't fit is refused before it costs the runs that are there.
		const stored = checkpoint && storedModel(checkpoint, runsOf(experiment, task), task.vocabulary.tokens);
		await this.closeSession();
		this.enter('compiling');
		try {
			const bench = await this.workbench();
			this.task = task;
			const buffer = new StepBuffer(this.post);
			this.buffer = buffer;
			const session = new Session(experiment, task, bench, this.reopen, {
				compiling: (done, total, kernel) => this.post({ type: 'compiling', done, total, kernel }),
				stepped: (run, result) => buffer.add(run, result),
				measured: (run, step, metrics) => {
					buffer.flush();
					this.post({ type: 'metrics', run: run.id, step, metrics });
				},
				probe: (run, step) => this.sendFrame(run, step),
				diverged: (run, step) => {
					buffer.flush();
					this.post({ type: 'diverged', run: run.id, step });
				},
				finished: (run, metrics) => {
					buffer.flush();
					this.post({ type: 'finished', run: run.id, steps: run.done, metrics });
				},
				deviceLost: (message) => this.post({ type: 'deviceLost', message }),
				resumed: (steps) => this.post({ type: 'resumed', steps }),
			});
			this.session = session;
			for (const run of session.runs) if (stored && sameModel(run.config, stored.model)) run.given = stored.weights;
			await session.prepare();
			this.post({
				type: 'runs',
				runs: session.runs.map((run) => ({
					id: run.id,
					method: run.method.name,
					group: run.method.name,
					label: run.method.label,
					seed: run.seed,
					experiment: { ...experiment, methods: [run.method.name], seeds: [run.seed] },
					fork: null,
					moved: [],
					parameters: run.parameters,
					kvCacheBytesPerToken: run.kvCacheBytesPerToken,
					gpuBytes: run.model.gpuBytes,
				})),
			});
			for (const run of session.runs) await this.sendFrame(run, 0);
			if (paused) this.enter('paused');
			else this.work(session, () => session.train());
		} catch (error) {
			await this.closeSession();
			this.enter('idle');
			throw error;
		}
	}

	/** Trains in the background; says when it stops and why. */
	private work(session: Session, job: () => Promise<void> | undefined): void {
		this.enter('running');
		const { generation } = this;
		Promise.resolve(job())
			.finally(() => this.buffer?.flush())
			.then(() => {
				if (this.session === session) this.enter(session.runs.every(({ state }) => state !== 'training') ? 'finished' : 'paused');
			})
			.catch((error) => {
				if (this.session !== session || generation !== this.generation) return;
				this.post({ type: 'error', message: words(error) });
				this.enter('paused');
			});
	}

	private async closeSession(): Promise<void> {
		const { session } = this;
		this.writing.stop();
		this.session = null;
		await session?.close();
	}

	private async sendFrame(run: Run, step: number): Promise<void> {
		const found = await run.frame();
		if (!found || !this.task) return;
		const { heads, layers } = run.config;
		const { batch, frame } = found;
		const { vocabulary } = this.task;
		const tokens = Array.from(batch.inputs.subarray(0, batch.sequenceLength), (token) => vocabulary.display(token));
		this.post(
			{ type: 'frame', frame: { run: run.id, step, layers, heads, length: batch.sequenceLength, tokens, ...frame } },
			Object.values(frame).map(({ buffer }) => buffer),
		);
	}

	/** A run that is on the device, and what it belongs to. */
	private open(id: string): { session: Session; task: Task; run: Run } {
		const { session, task } = this;
		const run = session?.runs.find((candidate) => candidate.id === id);
		if (!session || !task || !run || this.state === 'compiling') throw new Error(`the run ${id} is not on the GPU: press Train first`);
		return { session, task, run };
	}

	private async sendCheckpoint(id: number, name: string): Promise<void> {
		const { run, task } = this.open(name);
		const { step } = run.model;
		const files = checkpointFiles({
			run: run.id,
			model: run.config,
			training: trainingConfig(run.experiment),
			sequenceLength: run.experiment.sequenceLength,
			weights: await run.model.arenas.read('parameters'),
			batches: [task.trainingBatch(run.seed, step)],
			vocabulary: task.vocabulary,
			startToken: startTokenOf(task),
		});
		this.post({ type: 'checkpoint', id, run: run.id, step, files: Array.from(files, ([name, bytes]) => ({ name, bytes })) });
	}

	private async estimate(experiment: Experiment): Promise<Estimate> {
		const estimate: Estimate = { methods: [], gpuBytes: 0, vocabularySize: 0, problems: [] };
		try {
			const task = createTask(experiment, usesBook(experiment) ? await loadMobyDick() : '');
			estimate.vocabularySize = task.vocabularySize;
			const adapter = await this.workbench().then(
				(bench) => bench.adapter,
				() => null,
			);
			if (!adapter) return estimate;
			const shape = { batchSize: experiment.batchSize, length: experiment.sequenceLength };
			let activations = 0;
			for (const method of methodsOf(experiment)) {
				const config = modelConfig(experiment, method, task.vocabularySize);
				const { training, evaluation, probe } = trainerPlans(config, shape, adapter);
				const bytes = training.statistics.arenaBytes;
				activations = Math.max(activations, ...[training, evaluation, probe].map((plan) => plan?.statistics.activationBytes ?? 0));
				estimate.methods.push({
					method: method.name,
					label: method.label,
					...modelCosts(config),
					flopsPerToken: flopsPerToken(config, shape.length),
					gpuBytes: bytes,
				});
				estimate.gpuBytes += bytes * experiment.seeds.length;
			}
			estimate.gpuBytes += activations;
		} catch (error) {
			if (error instanceof TaskError) estimate.problems.push(error.problem);
			else if (error instanceof PlanError) estimate.problems.push({ field: 'batchSize', message: error.message });
			else throw error;
		}
		return estimate;
	}

	private async checkGpu(): Promise<void> {
		const { library, adapter } = await this.workbench();
		const rows = await checkOps(library, adapter.profile, (row, done, total) => this.post({ type: 'check', done, total, row }));
		this.post({ type: 'checked', rows });
	}
}

const startTokenOf = ({ vocabulary }: Task): number | null => {
	const start = vocabulary.tokens.indexOf(START);
	return start < 0 ? null : start;
};

const sameModel = (a: ModelConfig, b: ModelConfig): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The model of a checkpoint that one of the runs can start from. @throws CheckpointError */
function storedModel(files: readonly NamedFile[], runs: readonly Run[], tokens: readonly string[]): StoredModel {
	const file = (name: string) => {
		const found = files.find((candidate) => candidate.name === name);
		if (!found)
			throw new CheckpointError(`the checkpoint lacks ${name}: choose config.json, model.safetensors and vocabulary.json together`);
		return found.bytes;
	};
	const json = (name: string) => {
		try {
			return { name, content: JSON.parse(new TextDecoder().decode(file(name))) as unknown };
		} catch (error) {
			throw error instanceof CheckpointError ? error : new CheckpointError(`${name} is no JSON`);
		}
	};
	const stored = readModel(json(FILES.config), { name: FILES.model, content: file(FILES.model) }, json(FILES.vocabulary));
	if (JSON.stringify(stored.vocabulary.tokens) !== JSON.stringify(tokens))
		throw new CheckpointError('the checkpoint was trained on other tokens than this task has');
	if (!runs.some(({ config }) => sameModel(config, stored.model)))
		throw new CheckpointError(
			`no run of this experiment is the checkpoint’s model (${stored.model.valueScheme.name} with ${stored.model.layers} layers, ${stored.model.heads} heads, hidden size ${stored.model.hiddenSize}): choose its method and sizes first`,
		);
	return stored;
}
