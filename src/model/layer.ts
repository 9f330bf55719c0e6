import type { Graph } from '../graph/graph';
import { mix } from '../graph/ops';
import type { Shape, Tensor } from '../graph/tensor';
import type { ModelConfig } from './config';

/** How a parameter starts: drawn from N(0, deviation), or these numbers, row-major. */
export type Start = { deviation: number } | { values: readonly number[] };

/** Every matrix starts so (docs/METHODS.md section 1). */
export const DRAWN: Start = { deviation: 0.02 };

/** A layer while its tensors are made, as ingredients of a method see it. Layers count from 0. */
export interface LayerContext {
	graph: Graph;
	config: ModelConfig;
	layer: number;
	/** [B·T] */
	tokens: Tensor;
	/** RMSNorm(h) [B·T, d], which Q, K and V are projected from. */
	x: Tensor;
	/** Q before RoPE [B·T, H·dh] of this layer and those before it, as far as they are made. */
	queries: readonly Tensor[];
	/** K before RoPE and Vₙ [B·T, G·dh]; a layer that computes none has those that it reads. */
	keys: readonly Tensor[];
	values: readonly Tensor[];
	/** X₀, the embedding, and the blocks' outputs X₁, X₂, … [B·T, d]. */
	outputs: readonly Tensor[];
	/** The config's fixed λ₁ and λ₂ [L, 2]: an input, so that they can change while training runs. */
	fixedLambdas(): Tensor;
	/** The config's fixed λ of the whole model [1]: an input too. */
	fixedLambda(): Tensor;
	/** Declares a trained tensor by its full name, with its first weights. */
	parameter(name: string, shape: Shape, start: Start): Tensor;
	/** A tensor that all layers share, made when the first of them asks for it. */
	once(name: string, make: () => Tensor): Tensor;
}

/** Name of a tensor of a layer's attention in a checkpoint. */
export const attentionName = (layer: number, name: string): string => `model.layers.${layer}.self_attn.${name}`;

/** ½x + ½y */
export const half = (graph: Graph, x: Tensor, y: Tensor): Tensor =>
	graph.apply(mix, [graph.constant('halves', [2], () => Float32Array.of(0.5, 0.5)), x, y], { indices: [0, 1] })[0];
