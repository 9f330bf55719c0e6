import type { Graph } from '../graph/graph';
import { attention } from '../graph/ops';
import type { Tensor } from '../graph/tensor';
import { headSizeOf, type ModelConfig } from './config';
import { ropeTables } from './rope';
import type { ValueScheme } from './values/scheme';

/** The positions of the tokens (rows) that a graph computes, and their attention. */
export interface Sequence {
	/** cos and sin of the rows' angles, [T, dh/2] each; row r of a tensor is at entry r mod T. */
	cos: Tensor;
	sin: Tensor;
	/**
	 * Causal attention of rotated queries [rows, H·dh] over rotated keys and values [P·rows, G·dh] in a layer (from 0). Returns
	 * the output [rows, H·dh] and possibly its log-sum-exp, which only measurements of patterns read. P is 1, or 2 in
	 * cross-layer attention: the layer's own rows, then those of layer 1. `sinks` are the logits [H] of the method's sinks;
	 * absent = it has none.
	 */
	attend(query: Tensor, key: Tensor, value: Tensor, layer: number, sinks?: Tensor): Tensor[];
	/** The input of Wo [rows, H·dh], in place of U; absent = U itself. */
	headOutputs?(u: Tensor, layer: number): Tensor;
	/** Σᵢ weights[i]·terms[i] of an addition with other weights; absent = these. */
	weighted?(weights: Tensor, terms: readonly Tensor[], layer: number): Tensor;
	/** The value scheme to use in place of the method's; absent = the method's. */
	scheme?(scheme: ValueScheme): ValueScheme;
}

/** Whole sequences of `length` tokens, one after the other: rows are [B·T]. */
export function wholeSequences(graph: Graph, config: ModelConfig, length: number) {
	const { heads, kvHeads } = config;
	return {
		...ropeTables(graph, length, headSizeOf(config), config.ropeTheta),
		attend: (query: Tensor, key: Tensor, value: Tensor, _layer: number, sinks?: Tensor) =>
			graph.apply(attention, [query, key, value, ...(sinks ? [sinks] : [])], { heads, kvHeads, length }),
	} satisfies Sequence;
}
