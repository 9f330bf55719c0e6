import type { Tensor } from '../../graph/tensor';
import type { ModelConfig } from '../config';
import type { LayerContext } from '../layer';
import type { MixingWeight } from '../values/scheme';

/**
 * The maths of an addition; its descriptor is the entry of the same key in src/experiment/methods. A layer calls the hooks
 * in the order in which they stand here, for every layer from 0 on, and only if the addition is used. An absent hook
 * changes nothing.
 */
export interface Addition<Choice = unknown> {
	/** The layer whose K and V the layer reads, itself or one before it. */
	leader?(choice: Choice, layer: number): number;
	/** Q [B·T, H·dh] and K [B·T, G·dh] in place of the projections, before RoPE. Later layers see these. */
	query?(choice: Choice, context: LayerContext, query: Tensor): Tensor;
	key?(choice: Choice, context: LayerContext, key: Tensor): Tensor;
	/** Vₙ in place of the projection, before a scheme reads it. */
	value?(choice: Choice, context: LayerContext, value: Tensor): Tensor;
	/** An earlier layer whose attention probabilities are averaged with the layer's own; null: none. */
	patternLayer?(choice: Choice, layer: number): number | null;
	/** What the layer passes to Wo [B·T, H·dh], in place of the scheme's U. */
	output?(choice: Choice, context: LayerContext, u: Tensor): Tensor;
	/** The block's output [B·T, d]. */
	hidden?(choice: Choice, context: LayerContext, hidden: Tensor): Tensor;
	/** The next block's input [B·T, d], from the context's `outputs`, which end with this block's. */
	next?(choice: Choice, context: LayerContext): Tensor;
	/** Trained weights of the layer for people to watch. */
	mixing?(choice: Choice, config: ModelConfig, layer: number): MixingWeight[];
	/** FLOPs per token of its own matrix products in the layer. */
	flops?(choice: Choice, config: ModelConfig, layer: number): number;
}
