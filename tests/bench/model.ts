/** The peers' model and optimiser in our terms. */
import type { TrainingConfig } from '../../src/checkpoint/trainingConfig';
import type { Profile } from '../../src/compiler/profile';
import type { ModelConfig } from '../../src/model/config';
import { type TrainerPlans, trainerPlans } from '../../src/training/trainer';
import { HYPER, initParams, paramSpec, type Shape } from './peers/lib/common.mjs';

/** The peers' model, as ours is configured. */
export const configOf = ({ L, D, H, F, V }: Shape): ModelConfig => ({
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
export function weightsOf(shape: Shape): Record<string, Float32Array> {
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

/** Plans of a shape. There is none of a probe, because peers have no probe either. */
export const plansOf = (shape: Shape, device: { profile: Profile; maxBindingBytes: number }): TrainerPlans => ({
	...trainerPlans(configOf(shape), { batchSize: shape.B, length: shape.T }, device),
	probe: null,
	probeSequences: 0,
});

/** The peers' optimiser, as ours is configured. */
export const trainingOf = ({ lr }: Shape): TrainingConfig => ({
	steps: 1_000_000,
	learningRate: lr,
	endLearningRate: lr,
	warmupSteps: 0,
	schedule: 'constant',
	weightDecay: HYPER.wd,
	beta1: HYPER.b1,
	beta2: HYPER.b2,
	epsilon: HYPER.eps,
	clip: 0,
	optimizer: 'adamw',
	momentum: 0,
	muonLearningRate: 0,
	muonMomentum: 0,
});
