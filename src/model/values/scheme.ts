import type { Tensor } from '../../graph/tensor';
import type { ModelConfig, ValueSchemeConfig } from '../config';
import type { LayerContext } from '../layer';

/** What attention reads: rotated keys and values, [P·B·T, G·dh]. */
export interface KeysAndValues {
	key: Tensor;
	value: Tensor;
}

/** Numbers of a parameter, by its name in a checkpoint. */
export type NumbersOf = (name: string) => ArrayLike<number>;

/** A trained weight between values or states, for people to watch. */
export interface MixingWeight {
	/** In the paper's letters, without the layer. */
	label: string;
	/** The checkpoint's tensors that determine it. */
	names: string[];
	/** The weight itself, from those tensors' numbers. */
	value(numbers: NumbersOf): number;
}

/** A weight on values that an intervention can set; `names` is empty if it is no parameter's. */
export interface ValueWeight extends MixingWeight {
	/**
	 * What it weighs: the values of a layer (from 0) inside V′ₙ; `beside`: V₁ as cross-layer attention reads it next to Vₙ;
	 * or `pull`: NeuTRENO's V₁ − V′ₙ, one number for the whole model. Different in each weight of a layer.
	 */
	on: number | 'beside' | 'pull';
	/**
	 * Prepares training to continue with another value: writes it to the config if the config has it, and returns the
	 * parameters that change. Absent if the method's formula has no such weight, which only an intervention can set then.
	 *
	 * @throws ModelError if no parameters give that value
	 */
	move?(value: number, numbers: NumbersOf): Record<string, number[]>;
}

/**
 * The maths of a value scheme (docs/METHODS.md section 2); its descriptor is the entry of the same key in
 * src/experiment/methods. Layers count from 0. Hooks with a context are called for layers n ≥ 2 of the paper, 1 here:
 * layer 1 of the paper is always plain.
 */
export interface ValueScheme<Choice extends object = object> {
	/** The settings of a model that follow from a name's choice; absent ones are null. */
	settings?(choice: Choice, layers: number): Partial<Omit<ValueSchemeConfig, 'name'>>;
	/** KV heads that a layer projects values for (the rows of Wv divided by dh); 0: the layer has no Wv. A Wv that no layer reads is an error. */
	projectedHeads(config: ModelConfig, layer: number): number;
	/** Vₙ [B·T, G·dh], if it is not the projection, which is null without a Wv. */
	value?(context: LayerContext, projected: Tensor | null): Tensor;
	/** V′ₙ: what attention reads, and what a KV cache stores. */
	mixed(context: LayerContext): Tensor;
	/** Keys and values next to the layer's own on the key axis; absent: none. */
	attended?: {
		/** P, keys that a query sees at each position. */
		parts: number;
		keysAndValues(context: LayerContext, own: KeysAndValues, first: KeysAndValues): KeysAndValues;
	};
	/** U, from what attention gives, A V′ [B·T, H·dh]; absent: that itself. */
	output?(context: LayerContext, attended: Tensor, mixed: Tensor): Tensor;
	/** Trained λ of a layer. */
	mixing?(config: ModelConfig, layer: number): MixingWeight[];
	/** Every weight on values that the layer has, or could have. The place in this list is an intervention's `index`. */
	weights(config: ModelConfig, layer: number): ValueWeight[];
	/** KV heads of values that a KV cache stores for each token, over the whole model. */
	cachedHeads(config: ModelConfig): number;
}

/** `projectedHeads` and `cachedHeads` of a scheme in which every layer has its own Wv and reads values of its own. */
export const everyLayer = {
	projectedHeads: ({ kvHeads }: ModelConfig) => kvHeads,
	cachedHeads: ({ layers, kvHeads }: ModelConfig) => layers * kvHeads,
};
