import { PlanError } from '../../compiler/plan';
import { loadMobyDick } from '../../data/mobyDick';
import { type Task, TaskError } from '../../data/task';
import { createTask } from '../../data/tasks';
import { methodsOf } from '../../experiment/methods';
import type { Experiment } from '../../experiment/types';
import { checkOps } from '../../gpu/check';
import { NoGpuError } from '../../gpu/device';
import { modelConfig } from '../../model/config';
import { modelCosts } from '../../model/costs';
import type { Run, RunMetrics } from '../../training/run';
import { Session } from '../../training/session';
import { trainerPlans } from '../../training/trainer';
import { Workbench } from '../../training/workbench';
import type { Command, Estimate, Event, Metrics, SessionState } from '../client/protocol';
import { StepBuffer } from './stepBuffer';

/** Sends an event to the page; the buffers in `transfer` move there without a copy. */
export type Post = (event: Event, transfer?: ArrayBuffer[]) => void;

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The trainer behind the protocol: takes commands, posts events. One session at a time. */
export class Lab {
	private bench: Promise<Workbench> | null = null;
	private session: Session | null = null;
	private task: Task | null = null;
	private watched = new Set<string>();
	private state: SessionState = 'idle';
	/** Starting and resetting happen one after the other. */
	private transition: Promise<void> = Promise.resolve();
	private generation = 0;

	constructor(
		private readonly gpu: () => GPU | undefined,
		private readonly post: Post,
	) {}

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
				return this.enqueue(() => this.start(command.experiment, command.paused));
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
			case 'watch':
				return this.watch(command.runs);
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

	private async start(experiment: Experiment, paused: boolean): Promise<void> {
		await this.closeSession();
		this.enter('compiling');
		try {
			const bench = await this.workbench();
			this.task = createTask(experiment, await loadMobyDick());
			const buffer = new StepBuffer(this.post);
			const session = new Session(experiment, this.task, bench, this.reopen, {
				compiling: (done, total, kernel) => this.post({ type: 'compiling', done, total, kernel }),
				stepped: (run, result) => buffer.add(run, result),
				measured: (run, step, metrics) => {
					buffer.flush();
					this.post({ type: 'metrics', run: run.id, step, metrics: posted(metrics) });
				},
				probe: (run, step) => (this.watched.has(run.id) ? this.sendMaps(run, step) : undefined),
				diverged: (run, step) => {
					buffer.flush();
					this.post({ type: 'diverged', run: run.id, step });
				},
				finished: (run, metrics) => {
					buffer.flush();
					this.post({ type: 'finished', run: run.id, steps: run.done, metrics: posted(metrics) });
				},
				deviceLost: (message) => this.post({ type: 'deviceLost', message }),
				resumed: (steps) => this.post({ type: 'resumed', steps }),
			});
			this.session = session;
			await session.prepare();
			this.watched = new Set(session.runs.map(({ id }) => id));
			this.post({
				type: 'runs',
				runs: session.runs.map((run) => ({
					id: run.id,
					method: run.method.name,
					label: run.method.label,
					seed: run.seed,
					parameters: run.parameters,
					kvCacheBytesPerToken: run.kvCacheBytesPerToken,
					gpuBytes: run.model.gpuBytes,
				})),
			});
			for (const run of session.runs) await this.sendMaps(run, 0);
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
		this.session = null;
		await session?.close();
	}

	private async sendMaps(run: Run, step: number): Promise<void> {
		const found = await run.attention();
		if (!found || !this.task) return;
		const { heads, layers } = run.config;
		const { batch, first } = found;
		const { vocabulary } = this.task;
		const tokens = Array.from(batch.inputs.subarray(0, batch.sequenceLength), (token) => vocabulary.display(token));
		this.post({ type: 'maps', maps: { run: run.id, step, layers, heads, length: batch.sequenceLength, tokens, probabilities: first } }, [
			first.buffer as ArrayBuffer,
		]);
	}

	/** Maps of runs that come into view while nothing trains are taken at once. */
	private async watch(runs: readonly string[]): Promise<void> {
		const fresh = runs.filter((id) => !this.watched.has(id));
		this.watched = new Set(runs);
		const { session } = this;
		if (!session || session.running || (this.state !== 'paused' && this.state !== 'finished')) return;
		for (const run of session.runs) if (fresh.includes(run.id)) await this.sendMaps(run, run.done);
	}

	private async estimate(experiment: Experiment): Promise<Estimate> {
		const estimate: Estimate = { methods: [], gpuBytes: 0, vocabularySize: 0, problems: [] };
		try {
			const task = createTask(experiment, await loadMobyDick());
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
					flopsPerToken: training.statistics.flops / (shape.batchSize * shape.length),
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

const posted = (metrics: RunMetrics): Metrics => metrics;
