import type { KernelCall, Op } from '../op';
import { columnsOf, type Tensor } from '../tensor';
import { attentionExtents, attentionLogits, attentionUniforms, expectAttention } from './attentionShapes';

/**
 * Causal softmax attention, O = softmax(Q Kᵀ/√dh + mask) V, that never stores T×T: q [B·T, H·dh], k, v [P·B·T, G·dh] →
 * O [B·T, H·dh] and the log-sum-exp of each row [B·H, T], from which the backward pass recomputes the probabilities.
 * Source: Dao, FlashAttention-2, arXiv 2307.08691.
 */
export const attention: Op = {
	name: 'attention',
	shape(shapes, attributes) {
		expectAttention('attention', shapes, attributes);
		const { batch, heads, length } = attentionExtents(shapes, attributes);
		return [{ shape: shapes[0] }, { shape: [batch * heads, length] }];
	},
	reference([q, k, v], shapes, attributes) {
		const { heads, kvHeads, length, batch, parts, headSize } = attentionExtents(shapes, attributes);
		const out = new Float64Array(q.length);
		const lse = new Float64Array(batch * heads * length);
		for (let b = 0; b < batch; b++)
			for (let h = 0; h < heads; h++)
				for (let i = 0; i < length; i++) {
					const logits = attentionLogits(q, k, shapes, attributes, b, h, i);
					const top = Math.max(...logits);
					const logSumExp = top + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - top), 0));
					lse[(b * heads + h) * length + i] = logSumExp;
					const g = Math.floor((h * kvHeads) / heads);
					for (let p = 0; p < parts; p++)
						for (let j = 0; j <= i; j++)
							for (let c = 0; c < headSize; c++)
								out[(b * length + i) * columnsOf(shapes[0]) + h * headSize + c] +=
									Math.exp(logits[p * length + j] - logSumExp) *
									v[((p * batch + b) * length + j) * columnsOf(shapes[2]) + g * headSize + c];
				}
		return [out, lse];
	},
	gradient({ graph, node, outputGradients: [dOut] }) {
		return graph.apply('attentionGradient', [...node.inputs, ...node.outputs, dOut as Tensor], node.attributes);
	},
	lower({ inputs: [q, k, v], outputs: [out, lse], attributes }): KernelCall[] {
		const { batch, heads, length, headSize, parts } = attentionExtents([q.shape, k.shape], attributes);
		return [
			{
				kernel: 'attention',
				bindings: { q, k, v, out, lse },
				...attentionUniforms(q, k, lse, attributes),
				extent: [length, heads, batch],
				flops: 2 * parts * batch * heads * length * (length + 1) * headSize,
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [1, 2] }, { shape: [1, 2] }, { shape: [1, 2] }], attributes: { heads: 1, kvHeads: 1, length: 1 } },
		{ inputs: [{ shape: [14, 12] }, { shape: [14, 12] }, { shape: [14, 12] }], attributes: { heads: 2, kvHeads: 2, length: 7 } },
		{ inputs: [{ shape: [74, 32] }, { shape: [74, 16] }, { shape: [74, 16] }], attributes: { heads: 4, kvHeads: 2, length: 37 } },
		{ inputs: [{ shape: [131, 8] }, { shape: [131, 8] }, { shape: [131, 8] }], attributes: { heads: 1, kvHeads: 1, length: 131 } },
		{ inputs: [{ shape: [34, 16] }, { shape: [68, 8] }, { shape: [68, 8] }], attributes: { heads: 2, kvHeads: 1, length: 17 } },
	],
};
