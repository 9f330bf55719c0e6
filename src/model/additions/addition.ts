import type { Tensor } from '../../graph/tensor';
import type { ModelConfig } from '../config';
import type { LayerContext } from '../layer';
import type { MixingWeight } from '../values/scheme';

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
	/** The input of Wo [B·T, H·dh], in place of the scheme's U. */
	output?(choice: Choice, context: LayerContext, u: Tensor): Tensor;
	/** The block's output [B·T, d]. */
	hidden?(choice: Choice, context: LayerContext, hidden: Tensor): Tensor;
	/** The next block's input [B·T, d], from the context's `outputs`, which end with this block's. */
	next?(choice: Choice, context: LayerContext): Tensor;
	/** Trained weights of the layer that charts show. */
	mixing?(choice: Choice, config: ModelConfig, layer: number): MixingWeight[];
	/** FLOPs per token of the matrix products that it adds to the layer. */
	flops?(choice: Choice, config: ModelConfig, layer: number): number;
}
