import { Graph } from '../graph/graph';
import { intervenedAttention } from '../graph/ops';
import type { Tensor } from '../graph/tensor';
import { declareSource, declareTargets, lossOn } from '../model/batchTensors';
import { headSizeOf, type ModelConfig } from '../model/config';
import { ropeTables } from '../model/rope';
import type { Sequence } from '../model/sequence';
import { forward } from '../model/transformer';
import { inputsOf, interventionMaths } from './interventions';
import type { InterventionHooks } from './interventions/maths';
import { meanPattern, probeOutput } from './probe';

/**
 * Forward pass of one sequence with interventions: the model's `forward` with another `Sequence`.
 * - Inputs: `tokens` and `targets` [T], or `vectors` and `targetVectors` [T, n]; those of `inputsOf`, and the model's λ.
 * - Outputs: `losses` [T], `logits` [T, V] or [T, n], and for every layer by the names of `probeOutput`: `attention` after the
 *   interventions, `value` Vₙ, `mixed` V′ₙ with the new λ but before value scales, and `hidden`.
 *
 * Masks, scales and heads of a layer act on the attention that the layer reads. With the attention residual, layer n's mask
 * therefore also applies to the pattern of layer 1 that it reads, and layer 1's mask does not.
 */
export function interventionGraph(config: ModelConfig, length: number): Graph {
	const graph = new Graph();
	const source = declareSource(graph, config, length);
	const targets = declareTargets(graph, config, length);
	const { sequence, patterns } = intervenedSequence(graph, config, length);
	const { logits, layers } = forward(graph, config, source, sequence);
	layers.forEach((layer, n) => {
		graph.scope = `layer ${n + 1}`;
		graph.output(probeOutput('attention', n), meanPattern(graph, patterns[n]));
		for (const part of ['value', 'mixed', 'hidden'] as const) graph.output(probeOutput(part, n), layer[part]);
	});
	graph.scope = 'loss';
	const [, losses] = lossOn(config, graph, logits, targets);
	graph.output('losses', losses);
	graph.output('logits', logits);
	return graph;
}

/** A `Sequence` whose attention, heads and values follow the intervention's inputs, and each layer's patterns [1, H, T, T]. */
function intervenedSequence(graph: Graph, config: ModelConfig, length: number): { sequence: Sequence; patterns: Tensor[][] } {
	const { layers, heads, kvHeads } = config;
	for (const [name, { shape }] of Object.entries(inputsOf(config, length))) graph.input(name, shape);
	const hooks = interventionMaths().map((maths) => maths.hooks?.((name) => graph.inputs.get(name) as Tensor, graph, config) ?? {});
	const slots = Object.assign({}, ...hooks.map(({ attention }) => attention)) as Required<NonNullable<InterventionHooks['attention']>>;
	const patterns: Tensor[][] = Array.from({ length: layers }, () => []);
	const sequence: Sequence = {
		...ropeTables(graph, length, headSizeOf(config), config.ropeTheta),
		attend(query, key, value, layer, own) {
			const attributes = { heads, kvHeads, length, layer };
			const changed = hooks.reduce((q, hook) => hook.query?.(q, layer) ?? q, query);
			const sinks = hooks.reduce((s, hook) => hook.sinks?.(s) ?? s, own) as Tensor;
			const inputs = [changed, key, value, slots.visible, slots.valueScales, sinks];
			const [out, probabilities] = graph.apply(intervenedAttention, inputs, attributes);
			patterns[layer].push(probabilities);
			return [out];
		},
		headOutputs: (u, layer) => hooks.reduce((output, hook) => hook.headOutputs?.(output, layer) ?? output, u),
		weighted(weights, terms, layer) {
			const hook = hooks.find(({ weighted }) => weighted);
			return hook?.weighted?.(weights, terms, layer) as Tensor;
		},
		scheme: (scheme) => hooks.reduce((changed, hook) => hook.scheme?.(changed) ?? changed, scheme),
	};
	return { sequence, patterns };
}
