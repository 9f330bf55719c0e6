import { attentionOutput, attentionProbeGraph } from '../analysis/probe';
import type { TrainingConfig } from '../checkpoint/config';
import { compile } from '../compiler/compile';
import type { Plan } from '../compiler/plan';
import type { Batch } from '../data/task';
import { Arenas } from '../gpu/arenas';
import type { Progress } from '../gpu/library';
import { Program } from '../gpu/program';
import type { ModelConfig } from '../model/config';
import { FIXED_LAMBDAS } from '../model/transformer';
import { type BatchShape, evaluationGraph, trainingGraph } from './graphs';
import { hyperAt, learningRateAt } from './schedule';
import type { Workbench } from './workbench';

export interface StepResult {
	/** From 0. */
	step: number;
	/** Before the step's update, nats a token. */
	loss: number;
	/** Before clipping. */
	gradNorm: number;
	learningRate: number;
	/** The GPU's time for this step, as far as the host can tell, seconds. */
	seconds: number;
}

/** A run's memory at a step: enough to go on from there, bit for bit. */
export interface Snapshot {
	step: number;
	parameters: Float32Array<ArrayBuffer>;
	firstMoments: Float32Array<ArrayBuffer>;
	secondMoments: Float32Array<ArrayBuffer>;
}

/** GPU time that one command buffer may take before a page stutters, seconds. */
const LONGEST_SUBMIT = 0.03;
/** Bytes of attention maps that a probe may bring back. */
const PROBE_BYTES = 32 * 2 ** 20;
const PROBE_LIMIT = 128 * 2 ** 20;

/** The plans of one model, before anything is allocated. */
export interface TrainerPlans {
	training: Plan;
	evaluation: Plan;
	/** null where one sequence's maps outgrow memory. */
	probe: Plan | null;
	/** Sequences that a probe looks at. */
	probeSequences: number;
}

export function trainerPlans(
	config: ModelConfig,
	shape: BatchShape,
	{ profile, maxBindingBytes }: { profile: Workbench['adapter']['profile']; maxBindingBytes: number },
): TrainerPlans {
	const options = { profile, maxBindingBytes };
	const mapBytes = config.layers * config.heads * shape.length ** 2 * 4;
	const probeSequences = mapBytes > PROBE_LIMIT ? 0 : Math.min(shape.batchSize, Math.max(1, Math.floor(PROBE_BYTES / mapBytes)));
	return {
		training: compile(trainingGraph(config, shape), options),
		evaluation: compile(evaluationGraph(config, shape), options),
		probe: probeSequences ? compile(attentionProbeGraph(config, probeSequences, shape.length), options) : null,
		probeSequences,
	};
}

/** One model in training on a device: its memory and its three programs. */
export class Trainer {
	/** Updates submitted so far. */
	step = 0;
	private secondsAStep = 0;
	private finishedAt = 0;

	private constructor(
		private readonly bench: Workbench,
		readonly config: ModelConfig,
		readonly training: TrainingConfig,
		readonly arenas: Arenas,
		private readonly programs: { training: Program; evaluation: Program; probe: Program | null },
		readonly probeSequences: number,
	) {}

	/** Compiles what is missing, allocates, and writes the weights. @throws ShaderError, PlanError */
	static async create(
		bench: Workbench,
		config: ModelConfig,
		training: TrainingConfig,
		plans: TrainerPlans,
		weights: Readonly<Record<string, ArrayLike<number>>>,
		progress?: Progress,
	): Promise<Trainer> {
		const { library, pool, adapter } = bench;
		await library.prepare([plans.training, plans.evaluation, ...(plans.probe ? [plans.probe] : [])], progress);
		const arenas = new Arenas(adapter.device, plans.training.arena);
		arenas.write('parameters', weights);
		const make = (plan: Plan) => Program.create(library, plan, arenas, pool);
		const programs = {
			training: await make(plans.training),
			evaluation: await make(plans.evaluation),
			probe: plans.probe && (await make(plans.probe)),
		};
		return new Trainer(bench, config, training, arenas, programs, plans.probeSequences);
	}

	/** Fixed λ as they stand, [L][2]; null where the method has none. Assign to move them. */
	get lambdas(): [number, number][] | null {
		return this.config.valueScheme.lambdas;
	}

	/**
	 * Submits one step and returns at once; the result arrives when the GPU is done. Wait for `bench.ring.free()` first.
	 */
	advance(batch: Batch): Promise<StepResult> {
		const { bench, training, programs } = this;
		const program = programs.training;
		const step = this.step++;
		program.write('tokens', batch.inputs);
		program.write('targets', batch.targets);
		program.write('hyper', hyperAt(training, step));
		this.writeLambdas(program);
		const submitted = performance.now();
		const parts = Math.max(1, Math.ceil(this.secondsAStep / LONGEST_SUBMIT));
		const bytes = bench.ring.read([program.range('loss'), program.range('squares')], program.record(parts));
		return bytes.then((buffer) => {
			const now = performance.now();
			const seconds = (now - Math.max(submitted, this.finishedAt)) / 1000;
			this.finishedAt = now;
			this.secondsAStep = this.secondsAStep ? 0.8 * this.secondsAStep + 0.2 * seconds : seconds;
			const numbers = new Float32Array(buffer);
			return { step, loss: numbers[0], gradNorm: Math.sqrt(numbers[4]), learningRate: learningRateAt(training, step), seconds };
		});
	}

	/** The GPU worked for another model until `time` (ms, performance.now()): that doesn't count as this one's. */
	busyUntil(time: number): void {
		this.finishedAt = Math.max(this.finishedAt, time);
	}

	/** Loss and every position's loss [B·T] of a batch of the training's shape, nats. */
	async evaluate(batch: Batch): Promise<{ loss: number; losses: Float32Array }> {
		const program = this.programs.evaluation;
		program.write('tokens', batch.inputs);
		program.write('targets', batch.targets);
		this.writeLambdas(program);
		const { loss, losses } = await program.run(['loss', 'losses']);
		return { loss: loss[0], losses };
	}

	/** Attention of the batch's first `probeSequences` sequences: a [B, H, T, T] a layer; null where it outgrows memory. */
	async attention(batch: Batch): Promise<Float32Array[] | null> {
		const program = this.programs.probe;
		if (!program) return null;
		program.write('tokens', batch.inputs.slice(0, this.probeSequences * batch.sequenceLength));
		this.writeLambdas(program);
		const names = Array.from({ length: this.config.layers }, (_, layer) => attentionOutput(layer));
		const maps = await program.run(names);
		return names.map((name) => maps[name]);
	}

	async snapshot(): Promise<Snapshot> {
		const step = this.step;
		const [parameters, firstMoments, secondMoments] = await Promise.all(
			(['parameters', 'firstMoments', 'secondMoments'] as const).map((arena) => this.arenas.snapshot(arena)),
		);
		return { step, parameters, firstMoments, secondMoments };
	}

	restore({ step, ...arenas }: Snapshot): void {
		for (const [arena, numbers] of Object.entries(arenas) as [keyof typeof arenas, Float32Array<ArrayBuffer>][])
			this.arenas.restore(arena, numbers);
		this.step = step;
	}

	get gpuBytes(): number {
		const { training, evaluation, probe } = this.programs;
		return this.arenas.bytes + training.ownBytes + evaluation.ownBytes + (probe?.ownBytes ?? 0);
	}

	destroy(): void {
		const { training, evaluation, probe } = this.programs;
		for (const part of [this.arenas, training, evaluation, probe]) part?.destroy();
	}

	private writeLambdas(program: Program): void {
		if (this.lambdas && program.has(FIXED_LAMBDAS)) program.write(FIXED_LAMBDAS, this.lambdas.flat());
	}
}
