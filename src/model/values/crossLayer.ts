import { concatRows } from '../../graph/ops';
import { constantWeight } from './labels';
import { everyLayer, type ValueScheme } from './scheme';

/**
 * U = softmax([Qₙ Kₙᵀ, Qₙ K₁ᵀ]/√dh) [Vₙ; V₁] on the key axis, RoPE on both K, both halves causal: what ResFormer
 * approximates. A KV cache stores nothing more, as V₁ and K₁ are layer 1's. Zhou et al., arXiv 2410.17897.
 */
export const crossLayer: ValueScheme = {
	...everyLayer,
	mixed: ({ values, layer }) => values[layer],
	attended: {
		parts: 2,
		keysAndValues: ({ graph }, own, first) => ({
			key: graph.apply(concatRows, [own.key, first.key])[0],
			value: graph.apply(concatRows, [own.value, first.value])[0],
		}),
	},
	weights: (_, layer) => [constantWeight('λ₁', 'beside', 1), constantWeight('λ₂', layer, 1)],
};
