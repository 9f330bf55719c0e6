import { concatRows } from '../../graph/ops';
import { constantWeight } from './labels';
import { everyLayer, type ValueScheme } from './scheme';

/**
 * U = softmax([Qₙ Kₙᵀ, Qₙ K₁ᵀ]/√dh) [Vₙ; V₁], concatenated on the key axis, with RoPE on both K and both halves causal.
 * ResFormer approximates it. A KV cache stores nothing more than vanilla's, which already has K₁ and V₁. Zhou et al.,
 * arXiv 2410.17897.
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
