import { croppedSequence, FRAME_PARTS, sequenceFrame } from '../analysis/frame';
import { interventionGraph } from '../analysis/interventionGraph';
import { InterventionError, interventionInputs } from '../analysis/interventions';
import { MOST_SEQUENCE_BYTES, probeOutputs, sequenceBytes } from '../analysis/probe';
import { compile } from '../compiler/compile';
import { type Batch, IGNORED } from '../data/task';
import type { Intervention } from '../experiment/interventions';
import type { ForwardPass } from '../experiment/records/forwardPass';
import type { FrameArrays } from '../experiment/records/frame';
import type { Arenas } from '../gpu/arenas';
import type { GpuContext } from '../gpu/gpuContext';
import { Program } from '../gpu/program';
import { type ModelConfig, outputSizeOf } from '../model/config';
import { batchInputs } from './batchInputs';
import { runDistinct } from './runDistinct';

/** One sequence for a forward pass: n tokens, and the token after each, or `IGNORED`. A model of vectors reads `vectors`. */
export interface TokenSequence {
	tokens: ArrayLike<number>;
	targets: ArrayLike<number>;
	vectors?: Batch['vectors'];
}

/** The forward pass of a model's intervention graph, on weights that lie in the arenas of its training. */
export class InterventionRunner {
	private constructor(
		private readonly config: ModelConfig,
		private readonly program: Program,
		/** T; shorter sequences are padded behind, which changes nothing before. */
		private readonly length: number,
	) {}

	/** Compiles what is missing. @throws InterventionError, PlanError, ShaderError */
	static async create(
		{ library, adapter, pool }: GpuContext,
		config: ModelConfig,
		arenas: Arenas,
		length: number,
	): Promise<InterventionRunner> {
		const bytes = sequenceBytes(config, length);
		if (bytes > MOST_SEQUENCE_BYTES)
			throw new InterventionError(
				`attention maps and states of one sequence take ${Math.ceil(bytes / 2 ** 20)} MiB; at most ${MOST_SEQUENCE_BYTES / 2 ** 20} MiB are looked at: lower sequenceLength, heads or layers`,
			);
		const plan = compile(interventionGraph(config, length), adapter);
		await library.prepare([plan]);
		return new InterventionRunner(config, await Program.create(library, plan, arenas, pool), length);
	}

	/**
	 * Submits one forward pass before it returns: several calls in one turn read the same weights.
	 *
	 * @throws InterventionError
	 */
	async read({ tokens, targets, vectors }: TokenSequence, intervention: Intervention): Promise<ForwardPass<FrameArrays>> {
		const { config, program, length } = this;
		const shown = tokens.length;
		if (shown < 1 || shown > length)
			throw new InterventionError(`the text has ${shown} tokens; this model reads 1 to ${length} (its sequenceLength)`);
		if (config.vectorSize !== undefined && !vectors)
			throw new InterventionError('this model reads vectors instead of tokens: it can only read sequences of its task');
		const padded = (numbers: ArrayLike<number>, filling: number) =>
			Int32Array.from({ length }, (_, i) => (i < shown ? numbers[i] : filling));
		const inputs = {
			...interventionInputs(config, intervention, length, shown),
			...batchInputs({ inputs: padded(tokens, 0), targets: padded(targets, IGNORED), vectors }),
		};
		for (const [name, numbers] of Object.entries(inputs)) if (program.has(name)) program.write(name, numbers);
		const { losses: allLosses, logits, ...states } = await runDistinct(program, ['losses', 'logits', ...probeOutputs(config, FRAME_PARTS)]);
		const losses = Float32Array.from({ length: shown }, (_, i) => (targets[i] === IGNORED ? Number.NaN : allLosses[i]));
		const asked = Array.from(losses.keys()).filter((i) => targets[i] !== IGNORED);
		return {
			frame: sequenceFrame(config, { batchSize: 1, length: shown }, croppedSequence(config, length, shown, states)),
			loss: asked.reduce((sum, i) => sum + losses[i], 0) / asked.length,
			losses,
			logits: logits.slice(0, shown * outputSizeOf(config)),
		};
	}

	destroy(): void {
		this.program.destroy();
	}
}
