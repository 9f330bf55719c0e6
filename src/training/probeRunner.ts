import { FRAME_PARTS, sequenceFrame } from '../analysis/frame';
import { MOST_SEQUENCE_BYTES, probeGraph, probeOutputs, sequenceBytes } from '../analysis/probe';
import { compile } from '../compiler/compile';
import type { Plan } from '../compiler/plan';
import type { Batch } from '../data/task';
import type { FrameArrays } from '../experiment/records/frame';
import type { Arenas } from '../gpu/arenas';
import type { GpuContext } from '../gpu/gpuContext';
import { Program } from '../gpu/program';
import type { ModelConfig } from '../model/config';
import { lambdaInputs } from '../model/transformer';
import { sequencesOf, sourceInputs } from './batchInputs';
import { runDistinct } from './runDistinct';
import type { BatchShape } from './trainingGraphs';

/**
 * Bytes that a frame of several sequences may read back. Frames are taken often. A frame shows the maps of one sequence;
 * the other sequences only count towards the sink rate, and a few are enough for that.
 */
const FRAME_BYTES = 4 * 2 ** 20;

/** The plan of the probes that training takes. */
export interface ProbeRunnerPlan {
	plan: Plan;
	/** Sequences that a probe reads. */
	sequences: number;
}

/** Returns null if the readback of one sequence outgrows memory. */
export function probeRunnerPlan(
	config: ModelConfig,
	{ batchSize, length }: BatchShape,
	{ profile, maxBindingBytes }: { profile: GpuContext['adapter']['profile']; maxBindingBytes: number },
): ProbeRunnerPlan | null {
	const bytes = sequenceBytes(config, length);
	if (bytes > MOST_SEQUENCE_BYTES) return null;
	const sequences = Math.min(batchSize, Math.max(1, Math.floor(FRAME_BYTES / bytes)));
	return { plan: compile(probeGraph(config, sequences, length, FRAME_PARTS), { profile, maxBindingBytes }), sequences };
}

/** Reads a model's attention with a forward pass of its own, no larger than frames need. */
export class ProbeRunner {
	private constructor(
		private readonly config: ModelConfig,
		private readonly program: Program,
		private readonly sequences: number,
	) {}

	/** @throws ShaderError */
	static async create(
		{ library, pool }: GpuContext,
		config: ModelConfig,
		{ plan, sequences }: ProbeRunnerPlan,
		arenas: Arenas,
	): Promise<ProbeRunner> {
		await library.prepare([plan]);
		return new ProbeRunner(config, await Program.create(library, plan, arenas, pool), sequences);
	}

	/** Attention and norms on the first sequence of a batch of the training's shape. */
	async frame(batch: Batch): Promise<FrameArrays> {
		const { config, program, sequences } = this;
		program.writeAll(sourceInputs(sequencesOf(batch, 0, sequences)));
		for (const [name, numbers] of Object.entries(lambdaInputs(config))) if (program.has(name)) program.write(name, numbers);
		const readback = await runDistinct(program, probeOutputs(config, FRAME_PARTS));
		return sequenceFrame(config, { batchSize: sequences, length: batch.sequenceLength }, readback);
	}

	get gpuBytes(): number {
		return this.program.ownBytes;
	}

	destroy(): void {
		this.program.destroy();
	}
}
