import type { Tensor } from '../../graph/tensor';
import type { ModelConfig } from '../config';
import type { LayerContext } from '../layer';
import type { MixingWeight, ValueWeight } from '../values/scheme';

/** A layer (from 0) of a model, without its tensors. */
export interface MixedLayer {
	layer: number;
	/** True if the layer has a Wv. */
	projectsValues: boolean;
}

/**
 * The maths of an addition; its descriptor has the same key in src/experiment/methods. If the addition is used, every layer
 * (from 0) calls its hooks in the order given here. An absent hook changes nothing.
 */
export interface Addition<Choice = unknown> {
	/** The layer whose K and V this layer reads: itself or an earlier one. */
	leader?(choice: Choice, layer: number): number;
	/** Q [B·T, H·dh] and K [B·T, G·dh] in place of the projections, before RoPE. `LayerContext` passes these to later layers. */
	query?(choice: Choice, context: LayerContext, query: Tensor): Tensor;
	key?(choice: Choice, context: LayerContext, key: Tensor): Tensor;
	/** Vₙ in place of the projection, before a scheme reads it. */
	value?(choice: Choice, context: LayerContext, value: Tensor): Tensor;
	/** An earlier layer whose attention probabilities are averaged with the layer's own; null if none is. */
	patternLayer?(choice: Choice, layer: number): number | null;
	/** Logits [H] that the softmax of each query head has next to those of the keys, without a value. */
	sinks?(choice: Choice, context: LayerContext): Tensor;
	/** The input of Wo [B·T, H·dh], in place of the scheme's U. */
	output?(choice: Choice, context: LayerContext, u: Tensor): Tensor;
	/** Logits of gates on the input of Wo, [B·T, H], or [B·T, H·dh] for a gate on each channel. */
	gate?(choice: Choice, context: LayerContext): Tensor;
	/** The block's output [B·T, d]. */
	hidden?(choice: Choice, context: LayerContext, hidden: Tensor): Tensor;
	/** The next block's input [B·T, d], from the context's `outputs`, which end with this block's. */
	next?(choice: Choice, context: LayerContext): Tensor;
	/** Trained weights of a layer that charts show. */
	mixing?(choice: Choice, layer: MixedLayer): MixingWeight[];
	/** Weights of the terms that `value` passes to `LayerContext.weighted`. */
	weights?(choice: Choice, layer: MixedLayer): ValueWeight[];
	/** FLOPs per token of the matrix products that it adds to the layer. */
	flops?(choice: Choice, config: ModelConfig, layer: number): number;
}
