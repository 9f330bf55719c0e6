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
	/** A trained tensor of this layer's attention, `model.layers.n.self_attn.NAME`. */
	parameter(name: string, shape: readonly number[]): Tensor;
}

/** What a layer's attention reads as values: one method of METHODS.md section 2. */
export interface ValueScheme {
	/** Whether the layer projects values of its own (Wv). */
	ownsValues(layer: number): boolean;
	/** V′ₙ: what attention reads, and what a KV cache stores. Called for layers n ≥ 2 of the paper, 1 here. */
	mixed(context: ValueContext): Tensor;
	/** Value tensors of [T, G·dh] that a KV cache holds over the whole model. */
	cachedValues(config: ModelConfig): number;
}
