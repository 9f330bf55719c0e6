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
import { runDistinct } from './runDistinct';
import type { BatchShape } from './trainingGraphs';

/**
 * Bytes that a frame of several sequences may bring back. Frames come often: one shows the maps of one sequence, and of
 * the others it only counts sinks, for which a few will do.
 */
const FRAME_BYTES = 4 * 2 ** 20;

/** What it takes to look at a model's attention while it trains. */
export interface ProbeRunnerPlan {
	plan: Plan;
	/** Sequences that are looked at. */
	sequences: number;
}

/** null where what one sequence brings back outgrows memory. */
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

/** Looks at a model's attention: a forward pass of its own, as small as frames need. */
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

	/** What the first sequence of a batch of the training's shape looks like inside the model. */
	async frame({ inputs, sequenceLength: length }: Batch): Promise<FrameArrays> {
		const { config, program, sequences } = this;
		program.write('tokens', inputs.slice(0, sequences * length));
		for (const [name, numbers] of Object.entries(lambdaInputs(config))) if (program.has(name)) program.write(name, numbers);
		const readback = await runDistinct(program, probeOutputs(config, FRAME_PARTS));
		return sequenceFrame(config, { batchSize: sequences, length }, readback);
	}

	get gpuBytes(): number {
		return this.program.ownBytes;
	}

	destroy(): void {
		this.program.destroy();
	}
}
