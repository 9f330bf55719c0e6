import type { KernelCall, Op } from '../op';
import { columnsOf } from '../tensor';
import { attentionExtents, attentionLogits, attentionUniforms, expectAttention } from './attentionShapes';

/**
 * Backward of attention from its log-sum-exp, with P = e^(z − lse), D_i = ⟨dO_i, O_i⟩ and dS = P ⊙ (dO Vᵀ − D):
 *
 *     dQ = dS K/√dh        dK = dSᵀ Q/√dh        dV = Pᵀ dO        (dK and dV summed over the query heads that share a KV head)
 *
 * Inputs q, k, v, O, lse, dO → dq, dk, dv in the shapes of q, k, v.
 */
export const attentionGradient: Op = {
	name: 'attentionGradient',
	differentiable: [],
	shape(shapes, attributes) {
		expectAttention('attentionGradient', shapes, attributes);
		return [{ shape: shapes[0] }, { shape: shapes[1] }, { shape: shapes[2] }];
	},
	reference([q, k, v, out, lse, dOut], shapes, attributes) {
		const { heads, kvHeads, length, batch, parts, headSize, scale } = attentionExtents(shapes, attributes);
		const [dq, dk, dv] = [q, k, v].map((array) => new Float64Array(array.length));
		for (let b = 0; b < batch; b++)
			for (let h = 0; h < heads; h++)
				for (let i = 0; i < length; i++) {
					const logSumExp = lse[(b * heads + h) * length + i];
					const probabilities = attentionLogits(q, k, shapes, attributes, b, h, i).map((z) => Math.exp(z - logSumExp));
					const at = (b * length + i) * columnsOf(shapes[0]) + h * headSize;
					const keyAt = (p: number, j: number) =>
						((p * batch + b) * length + j) * columnsOf(shapes[1]) + Math.floor((h * kvHeads) / heads) * headSize;
					let inner = 0;
					for (let c = 0; c < headSize; c++) inner += dOut[at + c] * out[at + c];
					for (let p = 0; p < parts; p++)
						for (let j = 0; j <= i; j++) {
							const probability = probabilities[p * length + j];
							let dP = 0;
							for (let c = 0; c < headSize; c++) dP += dOut[at + c] * v[keyAt(p, j) + c];
							const dS = probability * (dP - inner) * scale;
							for (let c = 0; c < headSize; c++) {
								dq[at + c] += dS * k[keyAt(p, j) + c];
								dk[keyAt(p, j) + c] += dS * q[at + c];
								dv[keyAt(p, j) + c] += probability * dOut[at + c];
							}
						}
				}
		return [dq, dk, dv];
	},
	lower({ inputs: [q, k, v, out, lse, dOut], outputs: [dq, dk, dv], attributes }): KernelCall[] {
		const { batch, heads, kvHeads, length, headSize, parts } = attentionExtents([q.shape, k.shape], attributes);
		const shared = attentionUniforms(q, k, lse, attributes);
		const inner = { scratch: 'inner', floats: batch * heads * shared.uniforms.lseStride };
		const flops = parts * batch * heads * length * (length + 1) * headSize;
		return [
			{
				kernel: 'attentionGradientQ',
				bindings: { q, k, v, out, lse, dOut, dq, inner },
				...shared,
				extent: [length, heads, batch],
				flops: 3 * flops,
			},
			{
				kernel: 'attentionGradientKV',
				bindings: { q, k, v, lse, dOut, inner, dk, dv },
				...shared,
				extent: [length, kvHeads, batch * parts],
				flops: 4 * flops,
			},
		];
	},
	samples: [
		[1, 2, 1, 1, 1, 1],
		[14, 12, 2, 2, 7, 1],
		[74, 32, 4, 2, 37, 1],
		[131, 8, 1, 1, 131, 1],
		[34, 16, 2, 1, 17, 2],
	].map(([rows, width, heads, kvHeads, length, parts]) => {
		const query = { shape: [rows, width] };
		const key = { shape: [rows * parts, (width / heads) * kvHeads] };
		return {
			inputs: [query, key, key, query, { shape: [(rows / length) * heads, length] }, query],
			attributes: { heads, kvHeads, length },
		};
	}),
};
