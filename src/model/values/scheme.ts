import type { Graph } from '../../graph/graph';
import type { Tensor } from '../../graph/tensor';
import type { ModelConfig } from '../config';

/** What a value scheme sees when a layer attends. Layers count from 0; V is [B·T, G·dh]. */
export interface ValueContext {
	graph: Graph;
	config: ModelConfig;
	layer: number;
	/** Vₙ of this layer and those before it; SVFormer's later layers have V₁ there, CLA's the leader's. */
	values: readonly Tensor[];
	/** λ of the fixed forms, [L, 2]: an input, so that it can be moved while training runs. */
	fixedLambdas(): Tensor;
	/** NeuTRENO's λ, [1]: an input too. */
	neutrenoLambda(): Tensor;
	/** A trained tensor of this layer's attention, `model.layers.n.self_attn.NAME`, or of another layer's. */
	parameter(name: string, shape: readonly number[], layer?: number): Tensor;
	/** A tensor that all layers share, made where the first of them asks for it. */
	once(name: string, make: () => Tensor): Tensor;
}

/** What attention reads: rotated keys and values, [P·B·T, G·dh]. */
export interface KeysAndValues {
	key: Tensor;
	value: Tensor;
}

/** Numbers of a parameter, by its name in a checkpoint. */
export type NumbersOf = (name: string) => ArrayLike<number>;

/** A weight between values or states that training moves, for people to watch. */
export interface MixingWeight {
	/** In the paper's letters, without the layer. */
	label: string;
	/** The checkpoint's tensors that it follows from. */
	names: string[];
	/** The weight itself, from those tensors' numbers. */
	value(numbers: NumbersOf): number;
}

/** A weight on values that a hand can move; `names` is empty where it is no parameter's. */
export interface ValueWeight extends MixingWeight {
	/**
	 * What it weighs: the values of a layer (from 0) inside V′ₙ; `beside` V₁ as cross-layer attention reads it beside Vₙ;
	 * or `pull`, NeuTRENO's V₁ − V′ₙ, one number for the whole model.
	 */
	on: number | 'beside' | 'pull';
	/**
	 * Lets training go on with another value: writes it to the config where it is the config's, and returns the parameters
	 * that take other numbers. Absent where the method has no such weight, and only a forward pass can be lent one.
	 *
	 * @throws ModelError where no parameters give that value
	 */
	move?(value: number, numbers: NumbersOf): Record<string, number[]>;
}

/** What a layer's attention reads as values: one method of METHODS.md section 2. Hooks are called for layers n ≥ 2 of the paper, 1 here. */
export interface ValueScheme {
	/** Whether the layer projects values of its own (Wv). */
	ownsValues(layer: number): boolean;
	/** V′ₙ: what attention reads, and what a KV cache stores. */
	mixed(context: ValueContext): Tensor;
	/** Keys and values beside the layer's own on the key axis; absent: none. */
	attended?: {
		/** P, keys that a query sees at each position. */
		parts: number;
		keysAndValues(context: ValueContext, own: KeysAndValues, first: KeysAndValues): KeysAndValues;
	};
	/** U, handed to Wo, from what attention gives, A V′ [B·T, H·dh]; absent: that itself. */
	output?(context: ValueContext, attended: Tensor, mixed: Tensor): Tensor;
	/** Trained λ of a layer. */
	mixing?(config: ModelConfig, layer: number): MixingWeight[];
	/** Every weight on values that the layer has, or could have: a place in this list is an intervention's `index`. */
	weights(config: ModelConfig, layer: number): ValueWeight[];
	/** Value tensors of [T, G·dh] that a KV cache holds over the whole model. */
	cachedValues(config: ModelConfig): number;
}
