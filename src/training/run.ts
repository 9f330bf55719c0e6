import { type Analysis, analysisOf, layerMetrics } from '../analysis/analysis';
import { FRAME_PARTS, type SequenceFrame, sequenceFrame } from '../analysis/frame';
import { probeOutputs } from '../analysis/probe';
import { sinkAttention } from '../analysis/sink';
import { worthSpectrum } from '../analysis/spectrum';
import { type ProbeReadback, probeStates } from '../analysis/states';
import { mixingMetrics, mixingParameters } from '../analysis/weights';
import type { TrainingConfig } from '../checkpoint/config';
import { measureTask } from '../data/evaluate';
import type { Batch, Task } from '../data/task';
import type { Experiment, Method } from '../experiment/types';
import { type ModelConfig, modelConfig } from '../model/config';
import { modelCosts } from '../model/costs';
import { initialWeights } from './initialize';
import { type Snapshot, type StepResult, Trainer, trainerPlans } from './trainer';
import type { Workbench } from './workbench';

/** Numbers of a run's task at a step; a list has one a layer. */
export type RunMetrics = Record<string, number | number[]>;

export type RunState = 'training' | 'finished' | 'diverged';

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

/** A method with a seed: what to train, and how far it has come. Survives the device that it trains on. */
export class Run {
	readonly id: string;
	readonly config: ModelConfig;
	readonly parameters: number;
	readonly kvCacheBytesPerToken: number;
	state: RunState = 'training';
	/** Steps whose results have arrived. */
	done = 0;
	finalLoss = Number.NaN;
	tokensPerSecond = 0;
	checkpoint: Snapshot | null = null;
	/** Weights to start from by Hugging Face name, instead of those that the seed draws. */
	given: Readonly<Record<string, ArrayLike<number>>> | null = null;
	checkpointAt = performance.now();
	private trainer: Trainer | null = null;
	private secondsAStep = 0;

	constructor(
		readonly experiment: Experiment,
		readonly method: Method,
		readonly seed: number,
		private readonly task: Task,
	) {
		this.id = `${method.name}#${seed}`;
		this.config = modelConfig(experiment, method, task.vocabularySize);
		const costs = modelCosts(this.config);
		this.parameters = costs.parameters;
		this.kvCacheBytesPerToken = costs.kvCacheBytesPerToken;
	}

	/** Brings the model onto a device, from its last checkpoint if it has one. */
	async open(bench: Workbench, progress?: (done: number, total: number, kernel: string) => void): Promise<void> {
		const shape = { batchSize: this.experiment.batchSize, length: this.experiment.sequenceLength };
		const plans = trainerPlans(this.config, shape, bench.adapter);
		this.trainer = await Trainer.create(
			bench,
			this.config,
			trainingConfig(this.experiment),
			plans,
			this.given ?? initialWeights(this.config, this.seed),
			progress,
		);
		if (this.checkpoint) this.trainer.restore(this.checkpoint);
		this.done = this.trainer.step;
	}

	/** Its model on the device. */
	get model(): Trainer {
		if (!this.trainer) throw new Error(`${this.id} is on no device`);
		return this.trainer;
	}

	/** Submits the next step; `state` tells afterwards whether the loss was still a number. */
	async advance(): Promise<StepResult> {
		const { model, experiment } = this;
		const result = await model.advance(this.task.trainingBatch(this.seed, model.step));
		this.done = result.step + 1;
		this.finalLoss = result.loss;
		// Times are averaged, not rates: results that arrive together seem to take no time, and one such rate would drown the rest.
		this.secondsAStep = this.secondsAStep ? 0.9 * this.secondsAStep + 0.1 * result.seconds : result.seconds;
		this.tokensPerSecond = (experiment.batchSize * experiment.sequenceLength) / Math.max(1e-6, this.secondsAStep);
		return result;
	}

	/** Validation loss and the task's other metrics, and what a probe says of each layer. */
	async measure(): Promise<RunMetrics> {
		const metrics = await measureTask(this.task, this.experiment, (batch) => this.model.evaluate(batch));
		const weights = mixingMetrics(this.config, await this.model.parameters(mixingParameters(this.config)));
		const batch = this.task.probeBatch();
		const readback = await this.model.probe(batch);
		if (!readback) return { ...metrics, ...weights };
		const maps = probeOutputs(this.config, ['attention']).map((name) => readback[name]);
		return {
			...metrics,
			sinkAttention: this.sinkAttention(batch, maps),
			...layerMetrics(this.analysisOfProbe(readback, batch, worthSpectrum(this.config))),
			...weights,
		};
	}

	/**
	 * Every measurement of METHODS.md section 3 on as many sequences of the probe batch as are looked at; null where one of
	 * them outgrows memory. The spectra of a wide model take seconds.
	 */
	async analyse(spectrum = true): Promise<Analysis | null> {
		const batch = this.task.probeBatch();
		const readback = await this.model.probe(batch);
		return readback && this.analysisOfProbe(readback, batch, spectrum);
	}

	/** The probe batch, and what its first sequence looks like inside the model; null where it outgrows memory. */
	async frame(): Promise<{ batch: Batch; frame: SequenceFrame } | null> {
		const batch = this.task.probeBatch();
		const readback = await this.model.probe(batch, 0, FRAME_PARTS);
		const shape = { batchSize: this.model.probeSequences, length: batch.sequenceLength };
		return readback && { batch, frame: sequenceFrame(this.config, shape, readback) };
	}

	private sinkAttention(batch: Batch, layers: readonly Float32Array[]): number[] {
		const { heads } = this.config;
		// A trigger looks back for what to copy; what the others do shows the sink.
		const wanted = this.task.positionClasses.indexOf('nonTrigger');
		const counts = (position: number) => wanted < 0 || batch.positionClass?.[position] === wanted;
		const shape = { batchSize: this.model.probeSequences, heads, length: batch.sequenceLength };
		return layers.map((probabilities) => sinkAttention({ probabilities, ...shape }, counts));
	}

	private analysisOfProbe(readback: ProbeReadback, batch: Batch, spectrum: boolean): Analysis {
		const shape = { batchSize: this.model.probeSequences, length: batch.sequenceLength };
		return analysisOf(this.config, probeStates(this.config, shape, readback), { spectrum });
	}

	/** Keeps what it takes to go on from here on another device. */
	async save(): Promise<void> {
		this.checkpoint = await this.model.snapshot();
		this.checkpointAt = performance.now();
	}

	close(): void {
		this.trainer?.destroy();
		this.trainer = null;
	}
}
