import type { Graph } from '../graph/graph';
import { mix } from '../graph/ops';
import type { Shape, Tensor } from '../graph/tensor';
import type { ModelConfig } from './config';

/** First values of a parameter: drawn from a normal distribution with mean 0 and this standard deviation, or given row-major. */
export type Start = { deviation: number } | { values: readonly number[] };

/** First values of every matrix (docs/METHODS.md section 1). */
export const DRAWN: Start = { deviation: 0.02 };

/** The tensors of a layer and of earlier ones, for the hooks of value schemes and additions. Layers count from 0. */
export interface LayerContext {
	graph: Graph;
	config: ModelConfig;
	layer: number;
	/** [B·T]; null if the model reads vectors. */
	tokens: Tensor | null;
	/** RMSNorm(h) [B·T, d], the input of the projections to Q, K and V. */
	x: Tensor;
	/** Q before RoPE [B·T, H·dh] of the earlier layers, and of this one once it is computed. */
	queries: readonly Tensor[];
	/** K before RoPE and Vₙ [B·T, G·dh] likewise. A layer that computes none has those of the layer that it reads. */
	keys: readonly Tensor[];
	values: readonly Tensor[];
	/** X₀, the embedding, and the blocks' outputs X₁, X₂, … [B·T, d]. */
	outputs: readonly Tensor[];
	/** The config's fixed λ₁ and λ₂ [L, 2]. A graph input, so that they can change during training. */
	fixedLambdas(): Tensor;
	/** The config's fixed λ of the whole model [1], also a graph input. */
	fixedLambda(): Tensor;
	/** Declares a trained tensor by its full name, with its first values. */
	parameter(name: string, shape: Shape, start: Start): Tensor;
	/**
	 * Σᵢ weights[i]·terms[i] of an addition, whose `weights` has them in this order. Interventions can set each weight.
	 */
	weighted(weights: Tensor, terms: readonly Tensor[]): Tensor;
	/** A tensor that layers share: `make` is called only the first time that a name is used. */
	once(name: string, make: () => Tensor): Tensor;
}

/** Name of a tensor of a layer's attention in a checkpoint. */
export const attentionName = (layer: number, name: string): string => `model.layers.${layer}.self_attn.${name}`;

/** ½x + ½y */
export const half = (graph: Graph, x: Tensor, y: Tensor): Tensor =>
	graph.apply(mix, [graph.constant('halves', [2], () => Float32Array.of(0.5, 0.5)), x, y], { indices: [0, 1] })[0];
