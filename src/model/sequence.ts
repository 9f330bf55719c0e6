import type { Graph } from '../graph/graph';
import { attention } from '../graph/ops';
import type { Tensor } from '../graph/tensor';
import { headSizeOf, type ModelConfig } from './config';
import { ropeTables } from './rope';
import type { ValueScheme } from './values/scheme';

/** How the rows that a graph computes stand to each other: at which positions, and what they attend to. */
export interface Sequence {
	/** cos and sin of the rows' angles, [T, dh/2] each; row r of a tensor is at entry r mod T. */
	cos: Tensor;
	sin: Tensor;
	/**
	 * Causal attention of q [rows, H·dh] over rotated keys and over values [P·rows, G·dh] in a layer (from 0): O [rows, H·dh]
	 * and its log-sum-exp, which only what measures patterns reads. P is 1, or 2 in cross-layer attention: the layer's own
	 * rows, then those of layer 1.
	 */
	attend(query: Tensor, key: Tensor, value: Tensor, layer: number): Tensor[];
	/** What the heads hand to Wo in place of U [rows, H·dh]; absent: U itself. */
	headOutputs?(u: Tensor, layer: number): Tensor;
	/** What mixes values in place of the method's scheme; absent: the scheme itself. */
	scheme?(scheme: ValueScheme): ValueScheme;
}

/** Whole sequences of `length` tokens, one after the other: rows are [B·T]. */
export function wholeSequences(graph: Graph, config: ModelConfig, length: number) {
	const { heads, kvHeads } = config;
	return {
		...ropeTables(graph, length, headSizeOf(config), config.ropeTheta),
		attend: (query: Tensor, key: Tensor, value: Tensor) => graph.apply(attention, [query, key, value], { heads, kvHeads, length }),
	} satisfies Sequence;
}
