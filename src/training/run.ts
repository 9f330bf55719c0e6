import { type Analysis, analysisOf, layerMetrics } from '../analysis/analysis';
import { namedEdits } from '../analysis/interventions';
import { worthCostly } from '../analysis/spectrum';
import { type ProbeReadback, probeStates } from '../analysis/states';
import { mixingMetrics, mixingParameters } from '../analysis/weights';
import type { TrainingConfig } from '../checkpoint/trainingConfig';
import type { ArenaLayout } from '../compiler/plan';
import { measureTask } from '../data/evaluate';
import { withShownFirst } from '../data/shownSequence';
import type { Batch, Task } from '../data/task';
import { FIELDS, fieldsThatAffect } from '../experiment/fields';
import type { LambdaEdit } from '../experiment/interventions/lambdas';
import type { Method } from '../experiment/methods';
import { methodsOf } from '../experiment/methods/names';
import type { FrameArrays } from '../experiment/records/frame';
import type { Metrics } from '../experiment/records/metrics';
import type { ForkOrigin, LambdaChange } from '../experiment/records/run';
import type { ExperimentRun } from '../experiment/runs';
import { endLearningRateOf } from '../experiment/schedule';
import { taskDescriptor } from '../experiment/tasks';
import type { Experiment } from '../experiment/types';
import type { GpuContext } from '../gpu/gpuContext';
import type { Progress } from '../gpu/library';
import type { ModelConfig } from '../model/config';
import { modelCosts } from '../model/costs';
import { modelConfig } from '../model/experimentModel';
import { initialWeights } from './initialize';
import { ProbeRunner, type ProbeRunnerPlan, probeRunnerPlan } from './probeRunner';
import { parametersOf } from './snapshots';
import { StepClock } from './stepClock';
import { type Snapshot, type StepResult, Trainer, type TrainerPlans, trainerPlans } from './trainer';
import { stepShape } from './trainingGraphs';

/** Host memory for the weights of runs that have ended, of all but the point in training, bytes. */
export const KEPT_BYTES = 128 * 2 ** 20;

export type RunState = 'training' | 'finished' | 'diverged';

type Adapter = GpuContext['adapter'];

export interface RunPlans {
	training: TrainerPlans;
	/** null if one sequence's attention outgrows memory. */
	probes: ProbeRunnerPlan | null;
}

/** What a run needs of its model on a device. `Trainer` is it on a GPU; tests have one without. */
export type RunTrainer = Pick<
	Trainer,
	| 'step'
	| 'gpuBytes'
	| 'probeSequences'
	| 'arenas'
	| 'advance'
	| 'evaluate'
	| 'probe'
	| 'pairedPasses'
	| 'parameters'
	| 'setLambdas'
	| 'snapshot'
	| 'restore'
	| 'destroy'
>;

/** A run's model on a device, and what probes it; null if its attention outgrows memory. */
export interface LoadedModel {
	trainer: RunTrainer;
	probes: Pick<ProbeRunner, 'frame' | 'gpuBytes' | 'destroy'> | null;
}

export interface ModelToLoad {
	config: ModelConfig;
	training: TrainingConfig;
	plans: RunPlans;
	/** By Hugging Face name. */
	weights: Readonly<Record<string, ArrayLike<number>>>;
	clock: StepClock;
}

export type LoadModel = (gpu: GpuContext, model: ModelToLoad, progress?: Progress) => Promise<LoadedModel>;

/** Compiles what is missing and allocates a model on a GPU. @throws ShaderError, PlanError */
export const loadModel: LoadModel = async (gpu, { config, training, plans, weights, clock }, progress) => {
	const trainer = await Trainer.create(gpu, config, training, plans.training, weights, progress, clock);
	try {
		const probes = plans.probes && (await ProbeRunner.create(gpu, config, plans.probes, trainer.arenas));
		return { trainer, probes };
	} catch (error) {
		trainer.destroy();
		throw error;
	}
};

function destroy({ trainer, probes }: LoadedModel): void {
	trainer.destroy();
	probes?.destroy();
}

/** The fields that config.json keeps of a training. */
const TRAINING_FIELDS = fieldsThatAffect('training').filter((name) => FIELDS[name].config !== undefined);

/** How an experiment trains. */
export const trainingConfig = (experiment: Experiment): TrainingConfig => ({
	...(Object.fromEntries(TRAINING_FIELDS.map((name) => [name, experiment[name]])) as Pick<Experiment, keyof TrainingConfig>),
	endLearningRate: endLearningRateOf(experiment),
});

/** Arguments of a run. */
export interface RunParts {
	/** Of it, only `method` and `seed` are trained. */
	experiment: Experiment;
	method: Method;
	seed: number;
	/** The experiment's task. */
	task: Task;
	/** Its name; `method#seed` unless given. */
	id?: string;
	/** Index of its point in a sweep; 0 unless given. */
	point?: number;
	/** Other points of the sweep that have the same run. */
	alsoAt?: readonly number[];
	/** Stop after this many updates instead of the experiment's; the schedule stays the experiment's. */
	steps?: number;
	/** Where it started as a copy of another run. */
	fork?: ForkOrigin;
}

/** The run of an experiment, not yet on a device. @param task of its point */
export function runOf({ method: name, seed, point, alsoAt }: ExperimentRun, rest: Pick<RunParts, 'task' | 'id' | 'steps'>): Run {
	const { index, experiment } = point;
	const [method] = methodsOf({ methods: [name] });
	return new Run({ experiment, method, seed, point: index, alsoAt, ...rest });
}

/** A method with a seed: what to train, and how far it has come. Survives the device that it trains on. */
export class Run {
	readonly id: string;
	/** One method, one seed. */
	readonly experiment: Experiment;
	readonly method: Method;
	readonly seed: number;
	/** Index of its point in a sweep; runs of one point are trained together. */
	readonly point: number;
	/** Other points of the sweep that have the same run. */
	readonly alsoAt: readonly number[];
	readonly task: Task;
	/** Updates after which it has finished. */
	readonly steps: number;
	readonly fork: ForkOrigin | null;
	readonly config: ModelConfig;
	readonly parameters: number;
	readonly kvCacheBytesPerToken: number;
	state: RunState = 'training';
	/** Steps whose results have arrived. */
	completedSteps = 0;
	finalLoss = Number.NaN;
	/** Times its steps, on whatever device they run. */
	readonly clock = new StepClock();
	checkpoint: Snapshot | null = null;
	/** Weights to start from by Hugging Face name; null = those that the seed draws. */
	initialWeights: Readonly<Record<string, ArrayLike<number>>> | null = null;
	/** λ that the user set, in order. */
	readonly lambdaEdits: LambdaChange[] = [];
	checkpointAt = performance.now();
	/** Called after each checkpoint. */
	saved: (() => void) | null = null;
	private forgotten = false;
	private loaded: LoadedModel | null = null;
	private plans: { adapter: Adapter; made: RunPlans } | null = null;

	constructor({ experiment, method, seed, task, id = `${method.name}#${seed}`, point = 0, alsoAt = [], steps, fork }: RunParts) {
		this.id = id;
		this.experiment = { ...experiment, methods: [method.name], seeds: [seed] };
		this.method = method;
		this.seed = seed;
		this.point = point;
		this.alsoAt = alsoAt;
		this.task = task;
		this.steps = Math.min(steps ?? experiment.steps, experiment.steps);
		this.fork = fork ?? null;
		this.config = modelConfig(experiment, method, task.vocabularySize);
		const costs = modelCosts(this.config);
		this.parameters = costs.parameters;
		this.kvCacheBytesPerToken = costs.kvCacheBytesPerToken;
	}

	/** @throws Error after `forget` */
	expectWeights(): void {
		if (this.forgotten) throw new Error(`${this.id} has finished, and its weights were freed to make room for later points of the sweep`);
	}

	/** Loads the model onto a device, from its last checkpoint if it has one. @throws ShaderError, PlanError, DeviceLostError, Error after `forget` */
	async open(gpu: GpuContext, { load = loadModel, progress }: { load?: LoadModel; progress?: Progress } = {}): Promise<void> {
		const { checkpoint, config, clock } = this;
		this.expectWeights();
		// The compiler refuses a model that is too large at once; drawing its weights first would take minutes.
		const plans = this.plansFor(gpu.adapter);
		const weights = this.weightsToLoad(gpu.adapter);
		const training = trainingConfig(this.experiment);
		const loaded = await load(gpu, { config, training, plans, weights, clock }, progress);
		if (gpu.isLost) {
			destroy(loaded);
			return gpu.lost;
		}
		if (checkpoint) loaded.trainer.restore(checkpoint);
		this.loaded = loaded;
		this.completedSteps = loaded.trainer.step;
	}

	/** Starts from another run's snapshot instead of initial weights. Call it before the run is opened. */
	continueFrom(snapshot: Snapshot): void {
		this.checkpoint = snapshot;
		this.completedSteps = snapshot.step;
	}

	/** True if its model is on a device. */
	get isOpen(): boolean {
		return this.loaded !== null;
	}

	/** Its model on the device. */
	get model(): RunTrainer {
		if (!this.loaded) throw new Error(`${this.id} is on no device`);
		return this.loaded.trainer;
	}

	/** Updates submitted so far. */
	get step(): number {
		return this.loaded?.trainer.step ?? this.checkpoint?.step ?? 0;
	}

	/** GPU memory that it holds now, bytes. */
	get gpuBytes(): number {
		return (this.loaded?.trainer.gpuBytes ?? 0) + (this.loaded?.probes?.gpuBytes ?? 0);
	}

	/** Memory that its weights, gradients and moments take on a device, bytes. */
	arenaBytes(adapter: Adapter): number {
		return this.plansFor(adapter).training.training.statistics.arenaBytes;
	}

	/** How a snapshot of it lies in memory. */
	layout(adapter: Adapter): ArenaLayout {
		return this.plansFor(adapter).training.training.arena;
	}

	/** Mean of the latest steps; 0 before the first. */
	get tokensPerSecond(): number {
		const { secondsPerStep } = this.clock;
		if (secondsPerStep === null) return 0;
		return (this.experiment.batchSize * this.experiment.sequenceLength) / Math.max(1e-6, secondsPerStep);
	}

	/** Weights before the first step, by name. */
	firstWeights(): Readonly<Record<string, ArrayLike<number>>> {
		return this.initialWeights ?? initialWeights(this.config, this.seed);
	}

	/** Submits the next step. Returns null if the model was lost with its device meanwhile. */
	async advance(): Promise<StepResult | null> {
		const { model } = this;
		const result = await model.advance(this.task.trainingBatch(this.seed, model.step));
		if (this.loaded?.trainer !== model) return null;
		this.completedSteps = result.step + 1;
		this.finalLoss = result.loss;
		return result;
	}

	/** Validation loss and the task's other metrics, and a probe's measurements of each layer. */
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
	 * Every measurement of docs/METHODS.md section 3 on `probeSequences` sequences of the probe batch; null if one of
	 * them outgrows memory. The costly ones take seconds in a wide model.
	 */
	async analyse(costly = true): Promise<Analysis | null> {
		const batch = this.task.probeBatch();
		const readback = await this.model.probe(batch);
		return readback && this.analysisOfProbe(readback, batch, costly);
	}

	/** The probe batch with the shown sequence first, and attention and norms on that sequence; null if that outgrows memory. */
	async frame(): Promise<{ batch: Batch; frame: FrameArrays } | null> {
		const batch = withShownFirst(this.task.probeBatch());
		const probes = this.loaded?.probes;
		return probes ? { batch, frame: await probes.frame(batch) } : null;
	}

	/** Continues training with other λ; submit no step before it resolves. @throws InterventionError, and then nothing has changed */
	async setLambdas(lambdas: readonly LambdaEdit[]): Promise<void> {
		await this.model.setLambdas(lambdas);
		this.lambdaEdits.push({ step: this.step, lambdas: namedEdits(this.config, lambdas) });
		// A lost device must not lead back to steps that had other λ.
		await this.save();
	}

	/** Takes a checkpoint, from which the run continues on another device. */
	async save(): Promise<void> {
		this.checkpoint = await this.model.snapshot();
		this.checkpointAt = performance.now();
		this.saved?.();
	}

	/** Frees its memory on the device. */
	close(): void {
		if (this.loaded) destroy(this.loaded);
		this.loaded = null;
		// Plans are large, and made again if it is loaded once more.
		if (this.state !== 'training') this.plans = null;
	}

	/** Host memory of its weights and moments, bytes. */
	get keptBytes(): number {
		return Object.values(this.checkpoint ?? {}).reduce((sum, part) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0), 0);
	}

	/** Frees its weights, which cannot be loaded again. Its results stay. */
	forget(): void {
		this.close();
		this.checkpoint = null;
		this.forgotten = true;
	}

	private plansFor(adapter: Adapter): RunPlans {
		if (this.plans?.adapter !== adapter) {
			const { experiment, config } = this;
			const shape = stepShape(experiment);
			const made = { training: trainerPlans(config, shape, adapter), probes: probeRunnerPlan(config, shape, adapter) };
			this.plans = { adapter, made };
		}
		return this.plans.made;
	}

	/** Copying the checkpoint's weights is far faster than drawing new ones. */
	private weightsToLoad(adapter: Adapter): Readonly<Record<string, ArrayLike<number>>> {
		return this.checkpoint ? parametersOf(this.checkpoint, this.layout(adapter)) : this.firstWeights();
	}

	private analysisOfProbe(readback: ProbeReadback, batch: Batch, costly: boolean): Analysis {
		const shape = { batchSize: this.model.probeSequences, length: batch.sequenceLength };
		const { positionClasses, sinkClass, triggerClass } = taskDescriptor(this.experiment.task);
		const queriesOf = (name?: string) =>
			batch.positionClass && name !== undefined ? { classes: batch.positionClass, counted: positionClasses.indexOf(name) } : undefined;
		return analysisOf(this.config, probeStates(this.config, shape, readback), {
			costly,
			sinkQueries: queriesOf(sinkClass),
			triggerQueries: queriesOf(triggerClass),
		});
	}
}
