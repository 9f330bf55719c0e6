import type { Tensor } from '../../graph/tensor';
import type { ModelConfig, ValueSchemeConfig } from '../config';
import type { LayerContext } from '../layer';

/** The rotated keys and the values that attention reads, [P·B·T, G·dh] each. */
export interface KeysAndValues {
	key: Tensor;
	value: Tensor;
}

/** Numbers of a parameter, by its name in a checkpoint. */
export type NumbersOf = (name: string) => ArrayLike<number>;

/** A trained weight on values or block outputs that charts show. */
export interface MixingWeight {
	/** In the paper's notation, without the layer. */
	label: string;
	/** The checkpoint's tensors that determine it. */
	names: string[];
	/** The weight itself, from those tensors' numbers. */
	value(numbers: NumbersOf): number;
}

/** A weight on values that an intervention can set; `names` is empty if it is not computed from parameters. */
export interface ValueWeight extends MixingWeight {
	/**
	 * The values that it multiplies; each weight of a layer has different ones.
	 * - a number: the values of that layer (from 0) in V′ₙ;
	 * - `beside`: V₁ next to Vₙ, on the key axis of cross-layer attention or in SkipV1Former's last heads;
	 * - `pull`: NeuTRENO's V₁ − V′ₙ, with one weight for the whole model;
	 * - `term`: a term of `LayerContext.weighted`, in an addition's Vₙ.
	 */
	on: number | 'beside' | 'pull' | 'term';
	/**
	 * Prepares training to continue with another value: writes it to the config if it is stored there, and returns the new
	 * numbers of parameters that change. Absent if the method's formula has no such weight, so that only a forward pass can use one.
	 *
	 * @throws ModelError if no parameters can give that value
	 */
	move?(value: number, numbers: NumbersOf): Record<string, number[]>;
}

/**
 * The maths of a value scheme (docs/METHODS.md section 2); its descriptor has the same key in src/experiment/methods. Layers
 * count from 0. Hooks with a context are called from layer 1 on (n ≥ 2 in the paper), because the first layer never mixes.
 */
export interface ValueScheme<Choice extends object = object> {
	/** A model's settings of the scheme, from the choice in a method's name. Those left out are null. */
	settings?(choice: Choice, layers: number): Partial<Omit<ValueSchemeConfig, 'name'>>;
	/** KV heads that a layer projects values for: the rows of Wv divided by dh. 0 = no Wv. A Wv that no layer reads is an error. */
	projectedHeads(config: ModelConfig, layer: number): number;
	/** Vₙ [B·T, G·dh], if it is not the projection. `projected` is null in a layer without Wv. */
	value?(context: LayerContext, projected: Tensor | null): Tensor;
	/** V′ₙ [B·T, G·dh], the values that attention reads and a KV cache stores. */
	mixed(context: LayerContext): Tensor;
	/** V′ₙ with other values in V₁'s place, for interventions; only for a scheme that reads V₁ unweighted inside V′ₙ. */
	withFirst?(context: LayerContext, first: Tensor): Tensor;
	/** Further keys and values on the key axis; absent = only the layer's own. */
	attended?: {
		/** P, the number of keys at each position. */
		parts: number;
		keysAndValues(context: LayerContext, own: KeysAndValues, first: KeysAndValues): KeysAndValues;
	};
	/** U [B·T, H·dh] from `attended`, A V′; absent = A V′ itself. */
	output?(context: LayerContext, attended: Tensor, mixed: Tensor): Tensor;
	/** Trained λ of a layer. */
	mixing?(config: ModelConfig, layer: number): MixingWeight[];
	/** Every weight on values that the layer has or that an intervention can give it. */
	weights(config: ModelConfig, layer: number): ValueWeight[];
	/** KV heads of values per token that a KV cache stores, in the whole model. */
	cachedHeads(config: ModelConfig): number;
}

/** `projectedHeads` and `cachedHeads` of a scheme in which every layer has its own Wv and caches its own values. */
export const everyLayer = {
	projectedHeads: ({ kvHeads }: ModelConfig) => kvHeads,
	cachedHeads: ({ layers, kvHeads }: ModelConfig) => layers * kvHeads,
};
