import { controlParameters, controlsOf, InterventionError, setLambdas } from '../analysis/interventions';
import { MOST_SEQUENCE_BYTES, PROBED, type Probed, probeGraph, probeOutputs, sequenceBytes } from '../analysis/probe';
import { joinStates, type ProbeReadback, type ProbeStates, probeStates } from '../analysis/states';
import type { TrainingConfig } from '../checkpoint/trainingConfig';
import { compile } from '../compiler/compile';
import { type Plan, PlanError } from '../compiler/plan';
import type { Batch } from '../data/task';
import { changesNothing, type Intervention, NO_INTERVENTION } from '../experiment/interventions';
import type { LambdaEdit } from '../experiment/interventions/lambdas';
import type { PairedPasses } from '../experiment/records/forwardPass';
import type { FrameArrays } from '../experiment/records/frame';
import { learningRateAt } from '../experiment/schedule';
import { Arenas } from '../gpu/arenas';
import type { GpuContext } from '../gpu/gpuContext';
import { pad, unpad } from '../gpu/layout';
import type { Progress } from '../gpu/library';
import { Program } from '../gpu/program';
import { ReadbackRing } from '../gpu/readback';
import { FIRST_SCALE } from '../graph/ops/lossScale';
import { paddedSizeOf } from '../graph/tensor';
import type { ModelConfig } from '../model/config';
import { lambdaInputs } from '../model/transformer';
import { batchInputs, countedIn, microBatchesOf, sequencesOf, sourceInputs, stepInputs } from './batchInputs';
import { InterventionRunner, type TokenSequence } from './interventionRunner';
import { runDistinct } from './runDistinct';
import { hyperAt } from './schedule';
import { StepClock } from './stepClock';
import { evaluationGraph, LOSS_SCALE, type StepShape, trainingGraph } from './trainingGraphs';

export interface StepResult {
	/** From 0. */
	step: number;
	/** Before the step's update, nats per token or a mean squared error. */
	loss: number;
	/** Before clipping. */
	gradNorm: number;
	learningRate: number;
	/** The GPU's time for this step, as far as the host can tell, seconds. */
	seconds: number;
}

/** A run's memory at a step. Training continues from it bit for bit. */
export interface Snapshot {
	step: number;
	parameters: Float32Array<ArrayBuffer>;
	firstMoments: Float32Array<ArrayBuffer>;
	/** null if the optimiser has none. */
	secondMoments: Float32Array<ArrayBuffer> | null;
	/** The scale of the loss and the number of steps since it changed; absent in float32. */
	lossScale?: Float32Array<ArrayBuffer>;
}

/** GPU time that one command buffer may take before a page stutters, seconds. */
const LONGEST_SUBMIT = 0.03;
/** Bytes of parts of gradients at a time, where memory matters more than a few dispatches. */
const SPARING_PARTS = 8 * 2 ** 20;
/** Bytes that a probe of several sequences may bring back. */
const PROBE_BYTES = 32 * 2 ** 20;

/** The plans of one model, before anything is allocated. */
export interface TrainerPlans {
	training: Plan;
	evaluation: Plan;
	/** null if the readback of one sequence outgrows memory. */
	probe: Plan | null;
	/** Sequences that a probe reads. */
	probeSequences: number;
	/** T, tokens per sequence. */
	length: number;
	/** Parts that a batch is computed in. */
	microBatches: number;
}

/** The device to plan for. One without a name has every optional feature. */
interface PlanTarget
	extends Pick<GpuContext['adapter'], 'profile' | 'maxBindingBytes'>,
		Partial<Pick<GpuContext['adapter'], 'name' | 'storesHalf'>> {}

/** @throws PlanError if the device can't store activations so */
export function expectPrecision(precision: StepShape['precision'], { name, storesHalf }: Pick<PlanTarget, 'name' | 'storesHalf'>): void {
	if (precision !== 'float16' || storesHalf || name === undefined) return;
	throw new PlanError(`precision float16 needs shader-f16, which ${name} does not have: choose float32`, 'precision');
}

/** @throws PlanError if the model does not fit the device */
export function trainerPlans(config: ModelConfig, shape: StepShape, target: PlanTarget): TrainerPlans {
	const { profile, maxBindingBytes } = target;
	const options = { profile, maxBindingBytes };
	const { microBatches = 1, length, precision } = shape;
	expectPrecision(precision, target);
	const bytes = sequenceBytes(config, length);
	const probeSequences = bytes > MOST_SEQUENCE_BYTES ? 0 : Math.min(shape.batchSize, Math.max(1, Math.floor(PROBE_BYTES / bytes)));
	return {
		training: compile(trainingGraph(config, shape), {
			...options,
			halfRows: precision === 'float16' ? (shape.batchSize / microBatches) * length : undefined,
			mostParts: microBatches > 1 || shape.recompute ? SPARING_PARTS : undefined,
		}),
		evaluation: compile(evaluationGraph(config, { batchSize: shape.batchSize / microBatches, length }), options),
		probe: probeSequences ? compile(probeGraph(config, probeSequences, length), options) : null,
		probeSequences,
		length,
		microBatches,
	};
}

/** One model in training on a device: its memory and its three programs. */
export class Trainer {
	/** Updates submitted so far. */
	step = 0;
	private runner: Promise<InterventionRunner> | null = null;
	private closed = false;

	private constructor(
		private readonly gpu: GpuContext,
		readonly config: ModelConfig,
		readonly training: TrainingConfig,
		readonly arenas: Arenas,
		private readonly programs: { training: Program; evaluation: Program; probe: Program | null },
		readonly probeSequences: number,
		private readonly length: number,
		private readonly microBatches: number,
		private readonly clock: StepClock,
	) {}

	/** Compiles what is missing, allocates, and writes the weights. @throws ShaderError, PlanError, GpuFault */
	static async create(
		gpu: GpuContext,
		config: ModelConfig,
		training: TrainingConfig,
		plans: TrainerPlans,
		weights: Readonly<Record<string, ArrayLike<number>>>,
		progress?: Progress,
		clock = new StepClock(),
	): Promise<Trainer> {
		const { library, pool, adapter } = gpu;
		await library.prepare([plans.training, plans.evaluation, ...(plans.probe ? [plans.probe] : [])], progress);
		const arenas = await Arenas.create(adapter.device, plans.training.arena, plans.training.arenas);
		const made: Program[] = [];
		const make = async (plan: Plan) => {
			const program = await Program.create(library, plan, arenas, pool);
			made.push(program);
			return program;
		};
		try {
			arenas.write('parameters', weights);
			const programs = {
				training: await make(plans.training),
				evaluation: await make(plans.evaluation),
				probe: plans.probe && (await make(plans.probe)),
			};
			if (programs.training.has(LOSS_SCALE)) programs.training.write(LOSS_SCALE, [FIRST_SCALE, 0]);
			return new Trainer(gpu, config, training, arenas, programs, plans.probeSequences, plans.length, plans.microBatches, clock);
		} catch (error) {
			for (const part of [...made, arenas]) part.destroy();
			throw error;
		}
	}

	/**
	 * Submits one step and returns at once; the result arrives when the GPU is done. Wait for `gpu.ring.free()` first.
	 */
	advance(batch: Batch): Promise<StepResult> {
		const { gpu, training, programs } = this;
		const program = programs.training;
		const step = this.step++;
		const stop = this.clock.start();
		const parts = Math.max(1, Math.ceil((this.clock.secondsPerStep ?? 0) / this.microBatches / LONGEST_SUBMIT));
		const bytes = gpu.ring.read([program.range('loss'), program.range('squares')], () => {
			program.write('hyper', hyperAt(training, step));
			this.writeLambdas(program);
			stepInputs(batch, this.microBatches).forEach((inputs, part) => {
				if (part > 0) gpu.adapter.device.queue.submit(program.record(parts, 'repeated'));
				program.writeAll(inputs);
			});
			return program.record(parts, 'last');
		});
		return bytes.then((buffer) => {
			const seconds = stop();
			const numbers = new Float32Array(buffer);
			return { step, loss: numbers[0], gradNorm: Math.sqrt(numbers[4]), learningRate: learningRateAt(training, step), seconds };
		});
	}

	/**
	 * Loss, and for every position [B·T] its loss and whether the target had the largest logit, which a model of vectors does not
	 * have; a batch of the training's shape.
	 */
	async evaluate(batch: Batch): Promise<{ loss: number; losses: Float32Array; correct?: Float32Array }> {
		const program = this.programs.evaluation;
		const names = ['loss', 'losses', 'correct'].filter((name) => program.has(name));
		this.writeLambdas(program);
		const parts = microBatchesOf(batch, this.microBatches);
		// All parts are submitted before any further step.
		const found = await Promise.all(
			parts.map((part) => {
				program.writeAll(batchInputs(part));
				return program.run(names);
			}),
		);
		const counted = Math.max(1, countedIn(batch));
		return {
			loss: found.length === 1 ? found[0].loss[0] : found.reduce((sum, { loss }, i) => sum + (loss[0] * countedIn(parts[i])) / counted, 0),
			losses: joined(found.map(({ losses }) => losses)),
			correct: 'correct' in found[0] ? joined(found.map(({ correct }) => correct)) : undefined,
		};
	}

	/**
	 * Some parts of every layer on `probeSequences` sequences from `first` on, by the names of `probeOutputs`; null if that
	 * outgrows memory.
	 */
	async probe(batch: Batch, first = 0, parts: readonly Probed[] = PROBED): Promise<Record<string, Float32Array> | null> {
		const program = this.programs.probe;
		if (!program) return null;
		program.writeAll(sourceInputs(sequencesOf(batch, first, this.probeSequences)));
		this.writeLambdas(program);
		return runDistinct(program, probeOutputs(this.config, parts));
	}

	/**
	 * Forward passes of one sequence of 1 to T tokens with the present weights, without and with an intervention. Both are
	 * submitted before any further step. The first call compiles what is missing.
	 *
	 * @throws InterventionError if the sequence or the intervention doesn't fit the model
	 */
	async pairedPasses(sequence: TokenSequence, intervention: Intervention): Promise<PairedPasses<FrameArrays>> {
		const runner = await this.openRunner();
		if (this.closed) throw new InterventionError('the run is no longer on the GPU');
		const { step } = this;
		const config = structuredClone(this.config);
		const [numbers, baseline, intervened] = await Promise.all([
			this.parameters(controlParameters(config)),
			runner.read(sequence, NO_INTERVENTION),
			changesNothing(intervention) ? null : runner.read(sequence, intervention),
		]);
		return { step, baseline, intervened, controls: controlsOf(config, numbers) };
	}

	/**
	 * Sets λ: fixed ones in the config, learned ones in the weights, with their moments unchanged. Submit no step before it
	 * resolves, as learned λ are read first.
	 *
	 * @throws InterventionError if the method has no such λ or can't have that value; nothing has changed then
	 */
	async setLambdas(edits: readonly LambdaEdit[]): Promise<void> {
		const { step } = this;
		const numbers = await this.parameters(controlParameters(this.config));
		if (this.step !== step) throw new Error('a step was submitted while λ were set');
		const moved = setLambdas(this.config, edits, numbers);
		for (const [name, values] of Object.entries(moved)) {
			const { offset, shape } = this.entryOf(name);
			this.gpu.adapter.device.queue.writeBuffer(this.arenas.buffer('parameters'), offset * 4, pad(values, shape));
		}
	}

	/** The states that measurements read, on every sequence of a batch of the training's shape; null if one of them outgrows memory. */
	async states(batch: Batch): Promise<ProbeStates | null> {
		const size = this.probeSequences;
		const parts: ProbeStates[] = [];
		for (let done = 0; done < batch.batchSize; done += size) {
			// The last part goes back over sequences already seen, as a program's shapes are fixed.
			const first = Math.min(done, batch.batchSize - size);
			const readback: ProbeReadback | null = await this.probe(batch, first);
			if (!readback) return null;
			parts.push(probeStates(this.config, { batchSize: size, length: batch.sequenceLength }, readback, done - first));
		}
		return joinStates(parts);
	}

	/** Present values of some parameters, row-major, by name. Meant for a few learned weights, not for whole models. */
	async parameters(names: readonly string[]): Promise<Record<string, Float32Array>> {
		const parameters = this.arenas.buffer('parameters');
		const entries = names.map((name) => {
			const entry = this.entryOf(name);
			return { ...entry, bytes: paddedSizeOf(entry.shape) * 4 };
		});
		if (!entries.length) return {};
		const ranges = entries.map(({ offset, bytes }) => ({ buffer: parameters, offset: offset * 4, bytes }));
		const buffer = await ReadbackRing.once(this.gpu.adapter.device, ranges);
		let at = 0;
		return Object.fromEntries(
			entries.map(({ name, shape, bytes }) => {
				const numbers = unpad(new Float32Array(buffer, at, bytes / 4), shape);
				at += bytes;
				return [name, numbers];
			}),
		);
	}

	/** @throws GpuFault if the numbers are in doubt */
	async snapshot(): Promise<Snapshot> {
		const step = this.step;
		const { training } = this.programs;
		const [parameters, firstMoments, secondMoments, lossScale] = await Promise.all([
			this.arenas.snapshot('parameters'),
			this.arenas.snapshot('firstMoments'),
			this.arenas.has('secondMoments') && this.arenas.snapshot('secondMoments'),
			training.has(LOSS_SCALE) && ReadbackRing.once(this.gpu.adapter.device, [training.range(LOSS_SCALE)]),
		]);
		this.gpu.check();
		const scale = lossScale ? { lossScale: new Float32Array(lossScale).slice(0, 2) } : {};
		return { step, parameters, firstMoments, secondMoments: secondMoments || null, ...scale };
	}

	restore({ step, parameters, firstMoments, secondMoments, lossScale }: Snapshot): void {
		const { training } = this.programs;
		if (lossScale && training.has(LOSS_SCALE)) training.write(LOSS_SCALE, lossScale);
		this.arenas.restore('parameters', parameters);
		this.arenas.restore('firstMoments', firstMoments);
		if (secondMoments) this.arenas.restore('secondMoments', secondMoments);
		this.step = step;
	}

	get gpuBytes(): number {
		const { training, evaluation, probe } = this.programs;
		return this.arenas.bytes + training.ownBytes + evaluation.ownBytes + (probe?.ownBytes ?? 0);
	}

	destroy(): void {
		this.closed = true;
		// If it didn't compile, there is nothing to destroy.
		this.runner?.then(
			(runner) => runner.destroy(),
			() => {},
		);
		const { training, evaluation, probe } = this.programs;
		for (const part of [this.arenas, training, evaluation, probe]) part?.destroy();
	}

	/** The place of a parameter in the arenas. */
	private entryOf(name: string) {
		const entry = this.arenas.layout.entries.find((known) => known.name === name);
		if (!entry) throw new Error(`the model has no parameter ${name}`);
		return entry;
	}

	private openRunner(): Promise<InterventionRunner> {
		if (this.runner) return this.runner;
		const opened = InterventionRunner.create(this.gpu, this.config, this.arenas, this.length);
		// The next forward pass tries again.
		opened.catch(() => {
			this.runner = null;
		});
		this.runner = opened;
		return opened;
	}

	private writeLambdas(program: Program): void {
		for (const [name, numbers] of Object.entries(lambdaInputs(this.config))) if (program.has(name)) program.write(name, numbers);
	}
}

function joined(parts: readonly Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
	if (parts.length === 1) return parts[0];
	const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
