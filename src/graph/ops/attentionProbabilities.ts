import { type KernelCall, strips } from '../kernel';
import { defineOp } from '../op';
import { strideOf } from '../tensor';
import {
	type AttentionAttributes,
	attentionExtents,
	attentionLogits,
	attentionUniforms,
	expectAttention,
	expectLogSumExp,
} from './attentionShapes';

const attentionProbabilitiesKernel = strips('attentionProbabilities', 'attention_probabilities', 64);

/**
 * A = softmax(Q Kᵀ/√dh + mask) as a tensor, for heatmaps and measurements only: q and k as for `attention`, and lse, its
 * log-sum-exp → [B, H, T, T], 0 above the diagonal. With two parts of keys, the sum over both.
 */
export const attentionProbabilities = defineOp<AttentionAttributes>({
	name: 'attentionProbabilities',
	shape(shapes, attributes) {
		expectAttention('attentionProbabilities', shapes, attributes, { least: 3, values: false });
		expectLogSumExp('attentionProbabilities', shapes, shapes[2], attributes);
		const { batch, heads, length } = attentionExtents(shapes, attributes);
		return [{ shape: [batch, heads, length, length] }];
	},
	reference([q, k, lse], shapes, attributes) {
		const { heads, length, batch } = attentionExtents(shapes, attributes);
		const out = new Float64Array(batch * heads * length * length);
		for (let b = 0; b < batch; b++)
			for (let h = 0; h < heads; h++)
				for (let i = 0; i < length; i++) {
					attentionLogits(q, k, shapes, attributes, b, h, i).forEach((z, n) => {
						out[((b * heads + h) * length + i) * length + (n % length)] += Math.exp(z - lse[(b * heads + h) * length + i]);
					});
				}
		return [out];
	},
	lower({ inputs: [q, k, lse], outputs: [probabilities], attributes }): KernelCall[] {
		const { batch, heads, length } = attentionExtents([q.shape, k.shape], attributes);
		const { uniforms, constants } = attentionUniforms(q, k, lse, attributes);
		const stride = strideOf(probabilities.shape);
		return [
			{
				kernel: attentionProbabilitiesKernel,
				bindings: { q, k, lse, probabilities },
				uniforms: { ...uniforms, stride },
				constants,
				extent: [stride, length, batch * heads],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [1, 2] }, { shape: [1, 2] }, { shape: [1, 1] }], attributes: { heads: 1, kvHeads: 1, length: 1 } },
		{ inputs: [{ shape: [14, 12] }, { shape: [14, 6] }, { shape: [4, 7] }], attributes: { heads: 2, kvHeads: 1, length: 7 } },
		{ inputs: [{ shape: [34, 16] }, { shape: [68, 16] }, { shape: [4, 17] }], attributes: { heads: 2, kvHeads: 2, length: 17 } },
	],
});
