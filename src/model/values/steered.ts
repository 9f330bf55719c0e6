import type { Graph } from '../../graph/graph';
import { add, mix } from '../../graph/ops';
import type { Tensor } from '../../graph/tensor';
import type { ModelConfig } from '../config';
import { valueScheme } from './index';
import type { ValueContext, ValueScheme, ValueWeight } from './scheme';

/**
 * Name of the input that moves weights on values, [L, 2W], W = `mostWeights`. Of layer n's i-th weight, entry [n, i] says
 * whether it is kept (1) or dropped (0), and entry [n, W + i] is a weight that is added.
 */
export const VALUE_STEERING = 'value_steering';

/** Most weights inside or beside V′ₙ that a layer has. */
export function mostWeights(config: ModelConfig): number {
	const scheme = valueScheme(config.valueScheme.name);
	return Math.max(0, ...Array.from({ length: config.layers }, (_, n) => (n === 0 ? 0 : steerable(scheme, config, n).length)));
}

/** The layer's weights that the input moves, with their places in the scheme's list: NeuTRENO's λ is an input by itself. */
const steerable = (scheme: ValueScheme, config: ModelConfig, layer: number): { on: ValueWeight['on']; index: number }[] =>
	scheme.weights(config, layer).flatMap(({ on }, index) => (on === 'pull' ? [] : [{ on, index }]));

/**
 * The scheme with every weight in a hand's reach: V′ₙ(keep ⊙ V) + Σ added·V. Weights that stay are read where they are,
 * learned ones too; kept ones times 1, and added ones of 0, change no bit.
 */
export function steered(scheme: ValueScheme, graph: Graph, config: ModelConfig): ValueScheme {
	const most = mostWeights(config);
	if (most === 0) return scheme;
	const steering = () => graph.inputs.get(VALUE_STEERING) ?? graph.input(VALUE_STEERING, [config.layers, 2 * most]);
	const keep = (layer: number, index: number) => layer * 2 * most + index;
	const added = (layer: number, index: number) => keep(layer, index) + most;
	const sum = (values: Tensor[], indices: number[]) => graph.apply(mix, [steering(), ...values], { indices })[0];
	const { attended } = scheme;
	return {
		...scheme,
		mixed(context: ValueContext) {
			const { layer, values } = context;
			const inside = steerable(scheme, config, layer).filter((weight): weight is { on: number; index: number } => weight.on !== 'beside');
			if (inside.length === 0) return scheme.mixed(context);
			const kept = [...values];
			for (const { on, index } of inside) kept[on] = sum([values[on]], [keep(layer, index)]);
			const byHand = sum(
				inside.map(({ on }) => values[on]),
				inside.map(({ index }) => added(layer, index)),
			);
			return graph.apply(add, [scheme.mixed({ ...context, values: kept }), byHand])[0];
		},
		...(attended && {
			attended: {
				...attended,
				keysAndValues(context, own, first) {
					const { layer } = context;
					const beside = steerable(scheme, config, layer).filter(({ on }) => on === 'beside');
					const value = sum(
						beside.flatMap(() => [first.value, first.value]),
						beside.flatMap(({ index }) => [keep(layer, index), added(layer, index)]),
					);
					return attended.keysAndValues(context, own, { ...first, value });
				},
			},
		}),
	};
}
