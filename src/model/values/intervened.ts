import type { Graph } from '../../graph/graph';
import { add, mix } from '../../graph/ops';
import type { Tensor } from '../../graph/tensor';
import type { ModelConfig } from '../config';
import type { LayerContext } from '../layer';
import { layerWeights, weightsOf } from '../valueWeights';
import type { ValueScheme, ValueWeight } from './scheme';

/**
 * Name of the input that sets weights on values, [L, 2W] with W = `mostWeights`. For the i-th weight of layer n, entry [n, i]
 * keeps it (1) or drops it (0), and entry [n, W + i] is a number added to it.
 */
export const VALUE_WEIGHTS = 'value_weights';

/** Width W of `VALUE_WEIGHTS`; 0 if no layer has a weight that it can set. */
export const mostWeights = (config: ModelConfig): number =>
	Math.max(0, ...weightsOf(config).map((weights) => 1 + weights.findLastIndex(({ on }) => on !== 'pull')));

type SettableWeight = { on: Exclude<ValueWeight['on'], 'pull'>; index: number };

/** The layer's weights that the input can set, with their index in an edit. NeuTRENO's λ has its own input. */
const settable = (config: ModelConfig, layer: number): SettableWeight[] =>
	layerWeights(config, layer).flatMap(({ on }, index) => (on === 'pull' ? [] : [{ on, index }]));

const isInside = (weight: SettableWeight): weight is { on: number; index: number } => typeof weight.on === 'number';

/** Sums of tensors times entries of `VALUE_WEIGHTS`. */
function editedSums(graph: Graph, config: ModelConfig) {
	const most = mostWeights(config);
	const edits = () => graph.inputs.get(VALUE_WEIGHTS) ?? graph.input(VALUE_WEIGHTS, [config.layers, 2 * most]);
	const keep = (layer: number, index: number) => layer * 2 * most + index;
	return {
		keep,
		added: (layer: number, index: number) => keep(layer, index) + most,
		sum: (values: readonly Tensor[], indices: number[]) => graph.apply(mix, [edits(), ...values], { indices })[0],
	};
}

/** `LayerContext.weighted` with weights that the input can set: Σ weights·(keep ⊙ terms) + Σ added·terms. */
export function weightedIntervened(graph: Graph, config: ModelConfig, weights: Tensor, terms: readonly Tensor[], layer: number): Tensor {
	const { keep, added, sum } = editedSums(graph, config);
	const places = settable(config, layer).filter(({ on }) => on === 'term');
	const kept = terms.map((term, i) => sum([term], [keep(layer, places[i].index)]));
	const mixed = graph.apply(mix, [weights, ...kept], { indices: terms.map((_, i) => i) })[0];
	const addedTerms = sum(
		terms,
		places.map(({ index }) => added(layer, index)),
	);
	return graph.apply(add, [mixed, addedTerms])[0];
}

/**
 * The scheme with weights that an input can set: V′ₙ(keep ⊙ V) + Σ added·V. Kept weights, learned ones included, have their
 * present values. If all are kept and nothing is added, the result is the same to the last bit.
 */
export function intervened(scheme: ValueScheme, graph: Graph, config: ModelConfig): ValueScheme {
	if (mostWeights(config) === 0) return scheme;
	const { keep, added, sum } = editedSums(graph, config);
	const { attended } = scheme;
	/** V₁ times its weights as a second value next to V′ₙ. */
	const weighedFirst = (layer: number, first: Tensor) => {
		const beside = settable(config, layer).filter(({ on }) => on === 'beside');
		return sum(
			beside.flatMap(() => [first, first]),
			beside.flatMap(({ index }) => [keep(layer, index), added(layer, index)]),
		);
	};
	return {
		...scheme,
		mixed(context: LayerContext) {
			const { layer, values } = context;
			const inside = settable(config, layer).filter(isInside);
			if (scheme.withFirst) return scheme.withFirst(context, weighedFirst(layer, values[0]));
			if (inside.length === 0) return scheme.mixed(context);
			const kept = [...values];
			for (const { on, index } of inside) kept[on] = sum([values[on]], [keep(layer, index)]);
			const addedValues = sum(
				inside.map(({ on }) => values[on]),
				inside.map(({ index }) => added(layer, index)),
			);
			return graph.apply(add, [scheme.mixed({ ...context, values: kept }), addedValues])[0];
		},
		...(attended && {
			attended: {
				...attended,
				keysAndValues(context, own, first) {
					return attended.keysAndValues(context, own, { ...first, value: weighedFirst(context.layer, first.value) });
				},
			},
		}),
	};
}
