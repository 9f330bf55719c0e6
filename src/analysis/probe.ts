import { Graph } from '../graph/graph';
import type { ModelConfig } from '../model/config';
import { forward } from '../model/transformer';

/** Name of a layer's probabilities [B, H, T, T] in a probe; layers count from 0. */
export const attentionOutput = (layer: number): string => `attention.${layer}`;

/** Forward pass that writes the attention probabilities of every layer out: tokens [B·T] → `attention.n`. */
export function attentionProbeGraph(config: ModelConfig, batchSize: number, length: number): Graph {
	const graph = new Graph();
	const { layers } = forward(graph, config, graph.input('tokens', [batchSize * length], 'i32'), length);
	const { heads, kvHeads } = config;
	layers.forEach(({ query, key, logSumExp }, n) => {
		graph.scope = `layer ${n + 1}`;
		graph.output(attentionOutput(n), graph.apply('attentionProbabilities', [query, key, logSumExp], { heads, kvHeads, length })[0]);
	});
	return graph;
}
