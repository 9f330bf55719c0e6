import { joinColumns } from '../../graph/ops';
import type { Tensor } from '../../graph/tensor';
import { headSizeOf, type ModelConfig, ModelError } from '../config';
import type { LayerContext } from '../layer';
import { constantWeight } from './labels';
import type { ValueScheme } from './scheme';

/** KV heads that a layer projects itself; the others are V₁'s of the same index. */
const ownHeads = ({ kvHeads }: ModelConfig): number => kvHeads - Math.floor(kvHeads / 2);

/** The own heads of `values`, then those of V₁. */
const joined = ({ graph, config }: LayerContext, values: Tensor, first: Tensor): Tensor =>
	graph.apply(joinColumns, [values, first], { split: ownHeads(config) * headSizeOf(config) })[0];

/**
 * U = Aₙ [Vₙ; V₁]: from layer 2 on the first G − ⌊G/2⌋ KV heads are projected, the last ⌊G/2⌋ are V₁'s. A KV cache stores
 * the projected ones, and V₁ once. SkipV1Former, arXiv 2510.16807; for odd G see docs/METHODS.md section 2.
 */
export const skipv1: ValueScheme = {
	projectedHeads: (config, layer) => (layer === 0 ? config.kvHeads : ownHeads(config)),
	value(context, projected) {
		if (!projected) throw new ModelError('skipv1 needs projected values');
		return joined(context, projected, context.values[0]);
	},
	mixed: ({ values, layer }) => values[layer],
	withFirst: (context, first) => joined(context, context.values[context.layer], first),
	weights: () => [constantWeight('λ₁', 'beside', 1)],
	cachedHeads: (config) => config.kvHeads + (config.layers - 1) * ownHeads(config),
};
