import { openDawn } from '../../src/cli/dawn';
import { PROFILES, type ProfileName } from '../../src/compiler/profile';
import { GpuContext } from '../../src/gpu/gpuContext';
import type { ModelConfig } from '../../src/model/config';
import { Trainer, trainerPlans } from '../../src/training/trainer';
import type { Competitor } from './competitor';
import { HYPER, initParams, paramSpec, type Shape, takeTurn } from './peers/lib/common.mjs';

/** The peers' model, as ours is configured. */
const configOf = ({ L, D, H, F, V }: Shape): ModelConfig => ({
	vocabularySize: V,
	layers: L,
	heads: H,
	kvHeads: H,
	hiddenSize: D,
	intermediateSize: F,
	rmsNormEps: HYPER.rmsEps,
	ropeTheta: HYPER.ropeBase,
	tieWordEmbeddings: false,
	valueScheme: { name: 'own', form: null, lambdas: null, lambda: null },
	kvSharing: 1,
	depthWeightedAverage: false,
	ablationResidual: null,
	valueEmbedding: false,
	qkNorm: false,
	attentionSink: null,
	attentionGate: null,
});

const NAMES: Readonly<Record<string, string>> = {
	emb: 'model.embed_tokens.weight',
	nf: 'model.norm.weight',
	head: 'lm_head.weight',
	n1: 'input_layernorm.weight',
	wq: 'self_attn.q_proj.weight',
	wk: 'self_attn.k_proj.weight',
	wv: 'self_attn.v_proj.weight',
	wo: 'self_attn.o_proj.weight',
	n2: 'post_attention_layernorm.weight',
	wg: 'mlp.gate_proj.weight',
	wu: 'mlp.up_proj.weight',
	wd: 'mlp.down_proj.weight',
};

/** The peers' weights under our names; theirs are [in, out], ours [out, in]. */
function weightsOf(shape: Shape): Record<string, Float32Array> {
	const theirs = initParams(shape);
	return Object.fromEntries(
		paramSpec(shape).map(({ name, shape: extents }) => {
			const [, layer, part = name] = /^l(\d+)\.(\w+)$/.exec(name) ?? [];
			const mine = `${layer === undefined ? '' : `model.layers.${layer}.`}${NAMES[part]}`;
			const isLinear = extents.length === 2 && name !== 'emb';
			return [mine, isLinear ? transposed(theirs[name], extents[0], extents[1]) : theirs[name]];
		}),
	);
}

function transposed(numbers: Float32Array, rows: number, columns: number): Float32Array {
	const result = new Float32Array(numbers.length);
	for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = numbers[r * columns + c];
	return result;
}

export interface Ours extends Competitor {
	profile: string;
	/** Known after the first turn. */
	dispatches: number;
	pipelines: number;
	/** Arenas, activations, constants and uniforms, bytes. */
	gpuBytes: number;
}

export const profileNames = PROFILES.map(({ name }) => name);

/** Our own trainer, on a separate device. */
export async function openOurs(shape: Shape, profile?: ProfileName): Promise<Ours> {
	const dawn = openDawn();
	const gpu = await GpuContext.open(dawn.gpu, profile);
	const faults: string[] = [];
	gpu.adapter.device.addEventListener('uncapturederror', ({ error }) => faults.push(error.message));
	let trainer: Trainer | undefined;
	const ours: Ours = {
		lib: 'resformer-lab',
		adapter: gpu.adapter.name,
		profile: gpu.adapter.profile.name,
		coldMs: Number.NaN,
		dispatches: 0,
		pipelines: 0,
		gpuBytes: 0,
		async take(from, turn) {
			const began = performance.now();
			const isFirst = !trainer;
			const step = async (inputs: Int32Array, targets: Int32Array) => {
				await gpu.ring.free();
				const batch = { inputs, targets, batchSize: shape.B, sequenceLength: shape.T };
				return (await (trainer as Trainer).advance(batch)).loss;
			};
			if (!trainer) {
				// Peers have no probe either.
				const plans = {
					...trainerPlans(configOf(shape), { batchSize: shape.B, length: shape.T }, gpu.adapter),
					probe: null,
					probeSequences: 0,
				};
				trainer = await Trainer.create(gpu, configOf(shape), trainingOf(shape), plans, weightsOf(shape));
				ours.dispatches = plans.training.statistics.dispatches;
				ours.pipelines = plans.training.statistics.pipelines;
				ours.gpuBytes = trainer.gpuBytes + gpu.pool.bytes;
			}
			const taken = await takeTurn(step, shape, from, turn);
			if (faults.length) throw new Error(`the GPU reports: ${faults[0]}`);
			if (isFirst) ours.coldMs = performance.now() - began;
			return taken;
		},
		async close() {
			trainer?.destroy();
			gpu.close();
			dawn.close();
		},
	};
	return ours;
}

const trainingOf = ({ lr }: Shape) => ({
	steps: 1_000_000,
	learningRate: lr,
	endLearningRate: lr,
	warmupSteps: 0,
	schedule: 'constant' as const,
	weightDecay: HYPER.wd,
	beta1: HYPER.b1,
	beta2: HYPER.b2,
	epsilon: HYPER.eps,
	clip: 0,
	optimizer: 'adamw' as const,
	momentum: 0,
	muonLearningRate: 0,
	muonMomentum: 0,
});
