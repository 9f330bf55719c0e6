import { type Analysis, analysisOf, layerMetrics } from '../analysis/analysis';
import { namedEdits } from '../analysis/interventions';
import { worthCostly } from '../analysis/spectrum';
import { type ProbeReadback, probeStates } from '../analysis/states';
import { mixingMetrics, mixingParameters } from '../analysis/weights';
import type { TrainingConfig } from '../checkpoint/trainingConfig';
import type { ArenaLayout } from '../compiler/plan';
import { measureTask } from '../data/evaluate';
import type { Batch, Task } from '../data/task';
import type { LambdaEdit } from '../experiment/interventions/lambdas';
import type { Method } from '../experiment/methods';
import type { FrameArrays } from '../experiment/records/frame';
import type { Metrics } from '../experiment/records/metrics';
import type { ForkOrigin, LambdaChange } from '../experiment/records/run';
import { taskDescriptor } from '../experiment/tasks';
import type { Experiment } from '../experiment/types';
import type { GpuContext } from '../gpu/gpuContext';
import type { ModelConfig } from '../model/config';
import { modelCosts } from '../model/costs';
import { modelConfig } from '../model/experimentModel';
import { initialWeights } from './initialize';
import { ProbeRunner, type ProbeRunnerPlan, probeRunnerPlan } from './probeRunner';
import { parametersOf } from './snapshots';
import { type Snapshot, type StepResult, Trainer, type TrainerPlans, trainerPlans } from './trainer';

export type RunState = 'training' | 'finished' | 'diverged';

type Adapter = GpuContext['adapter'];

interface RunPlans {
	training: TrainerPlans;
	framing: ProbeRunnerPlan | null;
}

/** How an experiment trains. */
export const trainingConfig = (experiment: Experiment): TrainingConfig => ({
	steps: experiment.steps,
	learningRate: experiment.learningRate,
	endLearningRate: experiment.endLearningRate ?? experiment.learningRate / 10,
	warmupSteps: experiment.warmupSteps,
	schedule: experiment.schedule,
	weightDecay: experiment.weightDecay,
	beta1: experiment.beta1,
	beta2: experiment.beta2,
	epsilon: experiment.epsilon,
	clip: experiment.clip,
});

/** What a run is made of. */
export interface RunParts {
	/** Of it, only `method` and `seed` are trained. */
	experiment: Experiment;
	method: Method;
	seed: number;
	/** The experiment's task. */
	task: Task;
	/** Its name; `method#seed` unless given. */
	id?: string;
	/** Stop after this many updates instead of the experiment's; the schedule stays the experiment's. */
	steps?: number;
	/** What it is a copy of. */
	fork?: ForkOrigin;
}

/** A method with a seed: what to train, and how far it has come. Survives the device that it trains on. */
export class Run {
	readonly id: string;
	/** One method, one seed. */
	readonly experiment: Experiment;
	readonly method: Method;
	readonly seed: number;
	readonly task: Task;
	/** Updates after which it has finished. */
	readonly steps: number;
	readonly fork: ForkOrigin | null;
	readonly config: ModelConfig;
	readonly parameters: number;
	readonly kvCacheBytesPerToken: number;
	state: RunState = 'training';
	/** Steps whose results have arrived. */
	done = 0;
	finalLoss = Number.NaN;
	tokensPerSecond = 0;
	/** Mean of the latest ones; null before the first. */
	secondsPerStep: number | null = null;
	checkpoint: Snapshot | null = null;
	/** Weights to start from by Hugging Face name, instead of those that the seed draws. */
	given: Readonly<Record<string, ArrayLike<number>>> | null = null;
	/** λ moved by hand, and after how many updates. */
	readonly lambdaEdits: LambdaChange[] = [];
	checkpointAt = performance.now();
	private trainer: Trainer | null = null;
	private framing: ProbeRunner | null = null;
	private plans: { adapter: Adapter; made: RunPlans } | null = null;

	constructor({ experiment, method, seed, task, id = `${method.name}#${seed}`, steps = experiment.steps, fork }: RunParts) {
		this.id = id;
		this.experiment = { ...experiment, methods: [method.name], seeds: [seed] };
		this.method = method;
		this.seed = seed;
		this.task = task;
		this.steps = Math.min(steps, experiment.steps);
		this.fork = fork ?? null;
		this.config = modelConfig(experiment, method, task.vocabularySize);
		const costs = modelCosts(this.config);
		this.parameters = costs.parameters;
		this.kvCacheBytesPerToken = costs.kvCacheBytesPerToken;
	}

	/** Brings the model onto a device, from its last checkpoint if it has one. @throws ShaderError, PlanError */
	async open(gpu: GpuContext, progress?: (done: number, total: number, kernel: string) => void): Promise<void> {
		const { training, framing } = this.plansFor(gpu.adapter);
		const { checkpoint, config } = this;
		const trainer = await Trainer.create(gpu, config, trainingConfig(this.experiment), training, this.firstWeights(gpu.adapter), progress);
		const frames = framing && (await ProbeRunner.create(gpu, config, framing, trainer.arenas));
		if (gpu.isLost) {
			trainer.destroy();
			frames?.destroy();
			return gpu.lost;
		}
		if (checkpoint) trainer.restore(checkpoint);
		this.trainer = trainer;
		this.framing = frames;
		this.done = trainer.step;
	}

	/** Starts from another's memory instead of its own first weights; before it is opened. */
	continueFrom(snapshot: Snapshot): void {
		this.checkpoint = snapshot;
		this.done = snapshot.step;
	}

	/** Whether its model is on a device. */
	get isOpen(): boolean {
		return this.trainer !== null;
	}

	/** Its model on the device. */
	get model(): Trainer {
		if (!this.trainer) throw new Error(`${this.id} is on no device`);
		return this.trainer;
	}

	/** Updates submitted so far. */
	get step(): number {
		return this.trainer?.step ?? this.checkpoint?.step ?? 0;
	}

	/** GPU memory that it holds as it stands, bytes. */
	get gpuBytes(): number {
		return (this.trainer?.gpuBytes ?? 0) + (this.framing?.gpuBytes ?? 0);
	}

	/** Memory that its weights, gradients and moments take on a device, bytes. */
	arenaBytes(adapter: Adapter): number {
		return this.plansFor(adapter).training.training.statistics.arenaBytes;
	}

	/** How a snapshot of it lies in memory. */
	layout(adapter: Adapter): ArenaLayout {
		return this.plansFor(adapter).training.training.arena;
	}

	/** Weights before the first step, by name. */
	initialWeights(): Readonly<Record<string, ArrayLike<number>>> {
		return this.given ?? initialWeights(this.config, this.seed);
	}

	/** Submits the next step; `state` tells afterwards whether the loss was still a number. */
	async advance(): Promise<StepResult> {
		const { model, experiment } = this;
		const result = await model.advance(this.task.trainingBatch(this.seed, model.step));
		this.done = result.step + 1;
		this.finalLoss = result.loss;
		// Times are averaged, not rates: results that arrive together seem to take no time, and one such rate would drown the rest.
		this.secondsPerStep = this.secondsPerStep === null ? result.seconds : 0.9 * this.secondsPerStep + 0.1 * result.seconds;
		this.tokensPerSecond = (experiment.batchSize * experiment.sequenceLength) / Math.max(1e-6, this.secondsPerStep);
		return result;
	}

	/** The GPU worked for another model until `time` (ms, performance.now()): that doesn't count as this one's. */
	busyUntil(time: number): void {
		this.trainer?.busyUntil(time);
	}

	/** Validation loss and the task's other metrics, and what a probe says of each layer. */
	async measure(): Promise<Metrics> {
		const metrics = await measureTask(this.task, this.experiment, (batch) => this.model.evaluate(batch));
		const weights = mixingMetrics(this.config, await this.model.parameters(mixingParameters(this.config)));
		const batch = this.task.probeBatch();
		const readback = await this.model.probe(batch);
		if (!readback) return { ...metrics, ...weights };
		return {
			...metrics,
			...layerMetrics(this.analysisOfProbe(readback, batch, worthCostly(this.config))),
			...weights,
		};
	}

	/**
	 * Every measurement of METHODS.md section 3 on as many sequences of the probe batch as are looked at; null where one of
	 * them outgrows memory. The costly ones take seconds in a wide model.
	 */
	async analyse(costly = true): Promise<Analysis | null> {
		const batch = this.task.probeBatch();
		const readback = await this.model.probe(batch);
		return readback && this.analysisOfProbe(readback, batch, costly);
	}

	/** The probe batch, and what its first sequence looks like inside the model; null where it outgrows memory. */
	async frame(): Promise<{ batch: Batch; frame: FrameArrays } | null> {
		const batch = this.task.probeBatch();
		return this.framing && { batch, frame: await this.framing.frame(batch) };
	}

	/** Training goes on with other λ; submit no step before it resolves. @throws InterventionError, and then nothing has changed */
	async moveLambdas(lambdas: readonly LambdaEdit[]): Promise<void> {
		await this.model.setLambdas(lambdas);
		this.lambdaEdits.push({ step: this.step, lambdas: namedEdits(this.config, lambdas) });
		// A lost device must not lead back to steps that had other λ.
		await this.save();
	}

	/** Keeps what it takes to go on from here on another device. */
	async save(): Promise<void> {
		this.checkpoint = await this.model.snapshot();
		this.checkpointAt = performance.now();
	}

	/** Frees its memory on the device. */
	close(): void {
		this.trainer?.destroy();
		this.framing?.destroy();
		this.trainer = null;
		this.framing = null;
	}

	private plansFor(adapter: Adapter): RunPlans {
		if (this.plans?.adapter !== adapter) {
			const { experiment, config } = this;
			const shape = { batchSize: experiment.batchSize, length: experiment.sequenceLength };
			const made = { training: trainerPlans(config, shape, adapter), framing: probeRunnerPlan(config, shape, adapter) };
			this.plans = { adapter, made };
		}
		return this.plans.made;
	}

	/** Weights to open with: drawing them takes far longer than to copy those of the checkpoint. */
	private firstWeights(adapter: Adapter): Readonly<Record<string, ArrayLike<number>>> {
		return this.checkpoint ? parametersOf(this.checkpoint, this.layout(adapter)) : this.initialWeights();
	}

	private analysisOfProbe(readback: ProbeReadback, batch: Batch, costly: boolean): Analysis {
		const shape = { batchSize: this.model.probeSequences, length: batch.sequenceLength };
		const { positionClasses, sinkClass } = taskDescriptor(this.experiment.task);
		const sinkQueries = batch.positionClass && sinkClass && { classes: batch.positionClass, counted: positionClasses.indexOf(sinkClass) };
		return analysisOf(this.config, probeStates(this.config, shape, readback), { costly, sinkQueries: sinkQueries || undefined });
	}
}
