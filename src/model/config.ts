import { FORM_LAMBDAS, NEUTRENO_LAMBDAS } from '../experiment/methods';
import type { AblationResidual, Experiment, Method, ResFormerForm, ValueSchemeName } from '../experiment/types';

/** Everything that the maths of one model depends on: METHODS.md sections 1 and 2. */
export interface ModelConfig {
	vocabularySize: number;
	layers: number;
	heads: number;
	kvHeads: number;
	hiddenSize: number;
	intermediateSize: number;
	rmsNormEps: number;
	ropeTheta: number;
	tieWordEmbeddings: boolean;
	valueScheme: ValueSchemeConfig;
	/** CLA: layers that share one K and V; 1 = none do. */
	kvSharing: number;
	/** DenseFormer. */
	depthWeightedAverage: boolean;
	ablationResidual: AblationResidual | null;
}

export interface ValueSchemeConfig {
	name: ValueSchemeName;
	form: ResFormerForm | null;
	/** [L][2] = (λ₁, λ₂) a layer, for the fixed forms; row 0 is (0, 1). */
	lambdas: [number, number][] | null;
	/** NeuTRENO's λ. */
	lambda: number | null;
}

export class ModelError extends Error {
	override name = 'ModelError';
}

export const headSizeOf = (config: ModelConfig): number => config.hiddenSize / config.heads;

/** Width of K and V, G·dh. */
export const kvWidthOf = (config: ModelConfig): number => config.kvHeads * headSizeOf(config);

/** The layer (from 0) whose K and V layer `layer` reads. */
export const leaderOf = (config: ModelConfig, layer: number): number => layer - (layer % config.kvSharing);

/** The model that an experiment trains for one of its methods. */
export function modelConfig(experiment: Experiment, method: Method, vocabularySize: number): ModelConfig {
	const { layers, heads } = experiment;
	const pair = method.lambdas ?? (method.form && FORM_LAMBDAS[method.form as keyof typeof FORM_LAMBDAS]);
	const mixes = (layer: number) =>
		layer > 0 &&
		(method.form !== 'sparse' ||
			(method.mixedLayers ? method.mixedLayers.includes(layer + 1) : layer >= layers - Math.ceil((3 * layers) / 8)));
	return {
		vocabularySize,
		layers,
		heads,
		kvHeads: method.kvHeads ?? experiment.kvHeads ?? heads,
		hiddenSize: experiment.hiddenSize,
		intermediateSize: experiment.intermediateSize,
		rmsNormEps: experiment.rmsNormEps,
		ropeTheta: experiment.ropeTheta,
		tieWordEmbeddings: experiment.tieWordEmbeddings,
		valueScheme: {
			name: method.scheme,
			form: method.form,
			lambdas: pair ? Array.from({ length: layers }, (_, layer): [number, number] => (mixes(layer) ? [...pair] : [0, 1])) : null,
			lambda: method.neutrenoLambda ?? NEUTRENO_LAMBDAS[method.scheme as keyof typeof NEUTRENO_LAMBDAS] ?? null,
		},
		kvSharing: method.kvSharing,
		depthWeightedAverage: method.depthWeightedAverage,
		ablationResidual: method.ablationResidual,
	};
}

/** Names the first combination of a config's choices for which METHODS.md section 2 defines no formula; null: all are defined. */
export function undefinedCombination({ valueScheme, kvSharing, ablationResidual, depthWeightedAverage }: ModelConfig): string | null {
	const { name, form } = valueScheme;
	if (name === 'neutreno+resformer' && form !== 'identity') return `value_scheme neutreno+resformer with form ${form}`;
	if (kvSharing > 1 && name !== 'own') return `kv_sharing ${kvSharing} with value_scheme ${name}`;
	if (!ablationResidual) return null;
	if (name !== 'own') return `ablation_residual ${ablationResidual} with value_scheme ${name}`;
	if (kvSharing > 1) return `ablation_residual ${ablationResidual} with kv_sharing ${kvSharing}`;
	return depthWeightedAverage ? `ablation_residual ${ablationResidual} with depth_weighted_average` : null;
}
