import { Graph } from '../graph/graph';
import { attentionProbabilities, mix } from '../graph/ops';
import type { Tensor } from '../graph/tensor';
import { gatesOf } from '../model/additions/attentionGate';
import { declareSource } from '../model/batchTensors';
import type { ModelConfig } from '../model/config';
import { forward, type LayerTensors } from '../model/transformer';

/**
 * Parts of a layer that a probe can output:
 * - `attention`: the probabilities A [B, H, T, T]; in cross-layer attention the sum over a token's two keys, and with the
 *   attention residual ½A₁ + ½Aₙ;
 * - `query`, `key`: after RoPE, [B·T, H·dh] and [B·T, G·dh]; in cross-layer attention the keys of layer 1 follow;
 * - `value`, `mixed`: Vₙ and V′ₙ, [B·T, G·dh];
 * - `gate`: logits of the gates, [B·T, H] or [B·T, H·dh]; only of a model with gates;
 * - `update`: the output of the attention branch [B·T, d], before it is added to the residual stream;
 * - `hidden`: the block's output [B·T, d]; with DenseFormer the weighted sum.
 */
export const PROBED = ['attention', 'query', 'key', 'value', 'mixed', 'gate', 'update', 'hidden'] as const;
export type Probed = (typeof PROBED)[number];

/** Name of a layer's part in a probe's outputs; layers count from 0. */
export const probeOutput = (part: Probed, layer: number): string => `${part}.${layer}`;

/** Those of the parts that a model has. */
const partsOf = ({ attentionGate }: ModelConfig, parts: readonly Probed[]): readonly Probed[] =>
	parts.filter((part) => part !== 'gate' || attentionGate);

/** Names of some parts of every layer, as far as the model has them. */
export const probeOutputs = (config: ModelConfig, parts: readonly Probed[] = PROBED): string[] =>
	Array.from({ length: config.layers }, (_, layer) => partsOf(config, parts).map((part) => probeOutput(part, layer))).flat();

/** Largest readback of one probed sequence, bytes, most of which are attention maps. Longer sequences are not probed. */
export const MOST_SEQUENCE_BYTES = 128 * 2 ** 20;

/**
 * Bytes to read back for one sequence of `length` tokens: maps, and q, k, V, V′, gates and the block's output of every layer.
 * Attention updates are not counted, so that they don't lower the number of sequences that a model is probed on.
 */
export const sequenceBytes = (config: ModelConfig, length: number): number => {
	const { layers, heads, hiddenSize, attentionGate } = config;
	const gates = attentionGate ? gatesOf(attentionGate, config) : 0;
	return 4 * layers * (heads * length ** 2 + (5 * hiddenSize + gates) * length);
};

/**
 * Forward pass that outputs parts of every layer: tokens [B·T] or vectors [B·T, n] → `attention.n`, `query.n`, …. The parts that are not listed
 * cost no dispatch.
 */
export function probeGraph(config: ModelConfig, batchSize: number, length: number, parts: readonly Probed[] = PROBED): Graph {
	const graph = new Graph();
	const { layers } = forward(graph, config, declareSource(graph, config, batchSize * length), length);
	layers.forEach((layer, n) => {
		graph.scope = `layer ${n + 1}`;
		for (const part of partsOf(config, parts))
			graph.output(probeOutput(part, n), part === 'attention' ? attentionOf(graph, config, layer, length) : (layer[part] as Tensor));
	});
	return graph;
}

/** A of a layer [B, H, T, T], computed from its patterns. */
function attentionOf(graph: Graph, { heads, kvHeads }: ModelConfig, { patterns }: LayerTensors, length: number): Tensor {
	return meanPattern(
		graph,
		patterns.map(
			({ query, key, logSumExp }) => graph.apply(attentionProbabilities, [query, key, logSumExp as Tensor], { heads, kvHeads, length })[0],
		),
	);
}

/** A of a layer: the mean of its patterns. The model itself never computes it, because it averages the outputs instead. */
export function meanPattern(graph: Graph, patterns: readonly Tensor[]): Tensor {
	if (patterns.length === 1) return patterns[0];
	const shares = graph.constant('shares', [patterns.length], () => new Float32Array(patterns.length).fill(1 / patterns.length));
	return graph.apply(mix, [shares, ...patterns], { indices: patterns.map((_, i) => i) })[0];
}
