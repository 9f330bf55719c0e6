import type { Additions, SchemeName } from '../experiment/methods';

/** The sizes and settings that determine a model's maths (docs/METHODS.md sections 1 and 2). */
export interface ModelConfig extends Omit<Additions, 'kvHeads'> {
	/** V; 0 if the model reads vectors. */
	vocabularySize: number;
	/** n, if the model reads and writes vectors [n] instead of tokens. */
	vectorSize?: number;
	layers: number;
	heads: number;
	/** KV heads G of every layer. */
	kvHeads: number;
	hiddenSize: number;
	intermediateSize: number;
	rmsNormEps: number;
	ropeTheta: number;
	tieWordEmbeddings: boolean;
	valueScheme: ValueSchemeConfig;
}

/** A value scheme and its settings; null for settings that it does not have. */
export interface ValueSchemeConfig {
	name: SchemeName;
	form: string | null;
	/** Fixed (λ₁, λ₂) of each layer, [L][2]; row 0 is (0, 1). The user can change them during training. */
	lambdas: [number, number][] | null;
	/** A fixed λ of the whole model (NeuTRENO's), which the user can change too. */
	lambda: number | null;
}

export class ModelError extends Error {
	override name = 'ModelError';
}

/** Numbers that the model computes at each position: V logits, or n. */
export const outputSizeOf = ({ vectorSize, vocabularySize }: ModelConfig): number => vectorSize ?? vocabularySize;

export const headSizeOf = (config: ModelConfig): number => config.hiddenSize / config.heads;

/** Width of K and V, G·dh. */
export const kvWidthOf = (config: ModelConfig): number => config.kvHeads * headSizeOf(config);
