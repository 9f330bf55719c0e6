import { Graph } from '../graph/graph';
import { crossEntropy, intervenedAttention, scaleHeads } from '../graph/ops';
import type { Tensor } from '../graph/tensor';
import { headSizeOf, type ModelConfig } from '../model/config';
import { ropeTables } from '../model/rope';
import type { Sequence } from '../model/sequence';
import { forward } from '../model/transformer';
import { steered } from '../model/values/steered';
import { meanPattern, probeOutput } from './probe';

/** Names of the inputs that an intervention is written to, beside `VALUE_STEERING` and NeuTRENO's λ. */
export const INTERVENTION_INPUTS = {
	/** [L, T]: 0 where no query of the layer sees the key, else 1. */
	visible: 'visible_keys',
	/** [L, T]: what a layer's attention reads as the key's value is times this. */
	valueScales: 'value_scales',
	/** [L, H]: 0 where the head is off, else 1. */
	gates: 'head_gates',
	/** [1]: 1 = a sink with logit 0 and value 0 in every softmax. */
	sink: 'sink_logit',
} as const;

/**
 * Forward pass of one sequence that an intervention can take hold of, as the ordinary one with another `Sequence`: inputs
 * `tokens`, `targets` [T], `INTERVENTION_INPUTS`, and those of the model's λ. Outputs of every layer by the names of
 * `probeOutput`: `attention` as it came out, `value` Vₙ, `mixed` V′ₙ with λ moved but before value scales, `hidden`; and
 * `losses` [T], `logits` [T, V].
 *
 * A layer's masks, scales and heads are those of its own attention: with the attention residual the mask holds for the
 * pattern of layer 1 too where the layer reads by it, and layer 1's own mask does not.
 */
export function interventionGraph(config: ModelConfig, length: number): Graph {
	const graph = new Graph();
	const tokens = graph.input('tokens', [length], 'i32');
	const targets = graph.input('targets', [length], 'i32');
	const { sequence, patterns } = steeredSequence(graph, config, length);
	const { logits, layers } = forward(graph, config, tokens, sequence);
	layers.forEach((layer, n) => {
		graph.scope = `layer ${n + 1}`;
		graph.output(probeOutput('attention', n), meanPattern(graph, patterns[n]));
		for (const part of ['value', 'mixed', 'hidden'] as const) graph.output(probeOutput(part, n), layer[part]);
	});
	graph.scope = 'loss';
	graph.output('losses', graph.apply(crossEntropy, [logits, targets])[1]);
	graph.output('logits', logits);
	return graph;
}

/** One sequence whose attention, heads and values are steered by inputs, and each layer's patterns [1, H, T, T] as they are made. */
function steeredSequence(graph: Graph, config: ModelConfig, length: number): { sequence: Sequence; patterns: Tensor[][] } {
	const { layers, heads, kvHeads } = config;
	const visible = graph.input(INTERVENTION_INPUTS.visible, [layers, length]);
	const scales = graph.input(INTERVENTION_INPUTS.valueScales, [layers, length]);
	const gates = graph.input(INTERVENTION_INPUTS.gates, [layers, heads]);
	const sink = graph.input(INTERVENTION_INPUTS.sink, [1]);
	const patterns: Tensor[][] = Array.from({ length: layers }, () => []);
	const sequence: Sequence = {
		...ropeTables(graph, length, headSizeOf(config), config.ropeTheta),
		attend(query, key, value, layer) {
			const attributes = { heads, kvHeads, length, layer };
			const [out, probabilities] = graph.apply(intervenedAttention, [query, key, value, visible, scales, sink], attributes);
			patterns[layer].push(probabilities);
			return [out];
		},
		headOutputs: (u, layer) => graph.apply(scaleHeads, [u, gates], { layer })[0],
		scheme: (scheme) => steered(scheme, graph, config),
	};
	return { sequence, patterns };
}
