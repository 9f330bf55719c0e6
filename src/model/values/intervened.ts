import type { Graph } from '../../graph/graph';
import { add, mix } from '../../graph/ops';
import type { Tensor } from '../../graph/tensor';
import type { ModelConfig } from '../config';
import type { LayerContext } from '../layer';
import { valueScheme } from './index';
import type { ValueScheme, ValueWeight } from './scheme';

/**
 * Name of the input that sets weights on values, [L, 2W] with W = `mostWeights`. For the i-th weight of layer n, entry [n, i]
 * keeps it (1) or drops it (0), and entry [n, W + i] is a number added to it.
 */
export const VALUE_WEIGHTS = 'value_weights';

/** Largest number of weights of a layer that `VALUE_WEIGHTS` can set. */
export function mostWeights(config: ModelConfig): number {
	const scheme = valueScheme(config.valueScheme.name);
	return Math.max(0, ...Array.from({ length: config.layers }, (_, n) => (n === 0 ? 0 : settable(scheme, config, n).length)));
}

/** The layer's weights that the input can set, with their index in the scheme's list. NeuTRENO's λ has its own input. */
const settable = (scheme: ValueScheme, config: ModelConfig, layer: number): { on: ValueWeight['on']; index: number }[] =>
	scheme.weights(config, layer).flatMap(({ on }, index) => (on === 'pull' ? [] : [{ on, index }]));

/**
 * The scheme with weights that an input can set: V′ₙ(keep ⊙ V) + Σ added·V. Kept weights, learned ones included, have their
 * present values. If all are kept and nothing is added, the result is the same to the last bit.
 */
export function intervened(scheme: ValueScheme, graph: Graph, config: ModelConfig): ValueScheme {
	const most = mostWeights(config);
	if (most === 0) return scheme;
	const edits = () => graph.inputs.get(VALUE_WEIGHTS) ?? graph.input(VALUE_WEIGHTS, [config.layers, 2 * most]);
	const keep = (layer: number, index: number) => layer * 2 * most + index;
	const added = (layer: number, index: number) => keep(layer, index) + most;
	const sum = (values: Tensor[], indices: number[]) => graph.apply(mix, [edits(), ...values], { indices })[0];
	const { attended } = scheme;
	/** V₁ times the weights on it beside V′ₙ. */
	const weighedFirst = (layer: number, first: Tensor) => {
		const beside = settable(scheme, config, layer).filter(({ on }) => on === 'beside');
		return sum(
			beside.flatMap(() => [first, first]),
			beside.flatMap(({ index }) => [keep(layer, index), added(layer, index)]),
		);
	};
	return {
		...scheme,
		mixed(context: LayerContext) {
			const { layer, values } = context;
			const inside = settable(scheme, config, layer).filter((weight): weight is { on: number; index: number } => weight.on !== 'beside');
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
