import { elementOf, type Kernel, type KernelCall, type Pair, strips, together, UNUSED } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, paddedSizeOf, sameShape, strideOf } from '../tensor';
import {
	type AttentionAttributes,
	attentionExtents,
	attentionLogits,
	attentionUniforms,
	expectAttention,
	expectLogSumExp,
} from './attentionShapes';
import { attentionSinkGradient, expectSinks, sinkCall } from './attentionSink';

const rowsOnGpus = (name: string, file: string): Kernel => ({
	...strips(name, file, 64),
	constantsFromUniforms: { HEAD_ELEMENTS: 'headElements' },
	arithmetic: 'attention',
});

/**
 * One query or key row per invocation. On GPUs it keeps a whole head of the row in registers; with subgroups, lanes share loads, and
 * the row's sums are in the results.
 */
const attentionRows = (name: string, file: string, results: readonly string[]): Kernel => ({
	...rowsOnGpus(name, file),
	onSubgroups: (lanes) => ({ file: `${file}_subgroup`, overrides: { LANES: lanes, SIZE: 8 }, sumsIn: results }),
});

const attentionKernel = attentionRows('attention', 'attention', ['out']);
const attentionGradientQKernel = attentionRows('attentionGradientQ', 'attention_gradient_q', ['dq']);
const attentionGradientKVKernel = attentionRows('attentionGradientKV', 'attention_gradient_kv', ['dk', 'dv']);
const attentionGradientsKernel = rowsOnGpus('attentionGradients', 'attention_gradients');

/**
 * Causal softmax attention, O = softmax(Q Kᵀ/√dh + mask) V, that never stores T×T: q [B·T, H·dh], k, v [P·B·T, G·dh] →
 * O [B·T, H·dh] and the log-sum-exp of each row [B·H, T], from which the backward pass recomputes the probabilities.
 * Source: Dao, FlashAttention-2, arXiv 2307.08691.
 *
 * With a fourth input, sinks [H], the softmax of query head h goes over the keys and one more logit s_h, which has no value:
 * A_ij = e^{z_ij} / (e^{s_h} + Σ_k e^{z_ik}). The log-sum-exp has the sink in it, so that the gradients of q, k and v keep
 * their formula.
 */
export const attention = defineOp<AttentionAttributes>({
	name: 'attention',
	fullPrecision: () => [1],
	shape(shapes, attributes) {
		expectAttention('attention', shapes, attributes, { least: 3, most: 4 });
		const { batch, heads, length } = attentionExtents(shapes, attributes);
		expectSinks('attention', shapes, shapes.slice(3), heads);
		return [{ shape: shapes[0] }, { shape: [batch * heads, length] }];
	},
	reference([q, k, v, sinks], shapes, attributes) {
		const { heads, kvHeads, length, batch, parts, headSize } = attentionExtents(shapes, attributes);
		const out = new Float64Array(q.length);
		const lse = new Float64Array(batch * heads * length);
		for (let b = 0; b < batch; b++)
			for (let h = 0; h < heads; h++)
				for (let i = 0; i < length; i++) {
					const logits = attentionLogits(q, k, shapes, attributes, b, h, i);
					const sink = sinks ? sinks[h] : Number.NEGATIVE_INFINITY;
					const top = Math.max(...logits, sink);
					const logSumExp = top + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - top), Math.exp(sink - top)));
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
	gradient({ graph, node, outputGradient: dOut, needed }) {
		const [q, k, v, sinks] = node.inputs;
		const [out, lse] = node.outputs;
		const { heads, length } = node.attributes;
		const gradients = graph.apply(attentionGradient, [q, k, v, out, lse, dOut], node.attributes);
		return sinks && needed[3]
			? [...gradients, ...graph.apply(attentionSinkGradient, [sinks, out, lse, dOut], { heads, length })]
			: gradients;
	},
	lower({ inputs: [q, k, v, sinks], outputs: [out, lse], attributes }): KernelCall[] {
		const { batch, heads, length, headSize, scores } = attentionExtents([q.shape, k.shape], attributes);
		return [
			{
				kernel: attentionKernel,
				bindings: { q, k, v, out, lse },
				...attentionUniforms(q, k, lse, attributes),
				extent: [length, heads, batch],
				flops: 4 * scores * headSize,
				scores,
			},
			...(sinks ? [sinkCall(sinks, out, lse, { heads, length })] : []),
		];
	},
	samples: [
		{ inputs: [{ shape: [1, 2] }, { shape: [1, 2] }, { shape: [1, 2] }], attributes: { heads: 1, kvHeads: 1, length: 1 } },
		{ inputs: [{ shape: [14, 12] }, { shape: [14, 12] }, { shape: [14, 12] }], attributes: { heads: 2, kvHeads: 2, length: 7 } },
		{ inputs: [{ shape: [74, 32] }, { shape: [74, 16] }, { shape: [74, 16] }], attributes: { heads: 4, kvHeads: 2, length: 37 } },
		{ inputs: [{ shape: [131, 8] }, { shape: [131, 8] }, { shape: [131, 8] }], attributes: { heads: 1, kvHeads: 1, length: 131 } },
		{ inputs: [{ shape: [34, 16] }, { shape: [68, 8] }, { shape: [68, 8] }], attributes: { heads: 2, kvHeads: 1, length: 17 } },
		{
			inputs: [{ shape: [14, 18] }, { shape: [14, 18] }, { shape: [14, 18] }, { shape: [3] }],
			attributes: { heads: 3, kvHeads: 3, length: 7 },
		},
		{
			inputs: [{ shape: [34, 16] }, { shape: [68, 8] }, { shape: [68, 8] }, { shape: [2], numbers: [4, -100] }],
			attributes: { heads: 2, kvHeads: 1, length: 17 },
		},
	],
});

/** The call, which can also rotate the heads of its result before it stores them, if half a head is a whole number of `Element`s. */
const rotatable = (result: string, length: number, call: KernelCall): KernelCall => ({
	...call,
	rotate({ x, out, cos, sin, direction }) {
		const half = columnsOf(cos.shape);
		const { width } = elementOf(2 * half);
		if (call.bindings[result] !== x || cos.shape[0] !== length || half % width !== 0) return undefined;
		const table = together([cos, sin]);
		const places = { tableStride: strideOf(cos.shape) / width, sinStart: (table.holds.get(sin) ?? 0) / width };
		return { ...call, bindings: { ...call.bindings, table, [result]: out }, uniforms: { ...call.uniforms, direction, ...places } };
	},
});

/** Name of the memory with the table that a call rotates by. */
const tableOf = ({ bindings: { table } }: KernelCall): string => ('scratch' in table ? table.scratch : '');

/** Places of q, k and their gradients, in `Element`s of `width` floats. */
const starts = (qk: Pair, dqk: Pair, width: number) => ({
	queryStart: qk.starts[0] / width,
	keyStart: qk.starts[1] / width,
	queryGradientStart: dqk.starts[0] / width,
	keyGradientStart: dqk.starts[1] / width,
});

/**
 * Backward of attention from its log-sum-exp, with P = e^(z − lse), D_i = ⟨dO_i, O_i⟩ and dS = P ⊙ (dO Vᵀ − D):
 *
 *     dQ = dS K/√dh        dK = dSᵀ Q/√dh        dV = Pᵀ dO        (dK and dV summed over the query heads that share a KV head)
 *
 * Inputs q, k, v, O, lse, dO → dq, dk, dv in the shapes of q, k, v.
 */
export const attentionGradient = defineOp<AttentionAttributes>({
	name: 'attentionGradient',
	shape(shapes, attributes) {
		expectAttention('attentionGradient', shapes, attributes, { least: 6 });
		const [q, , , out, lse, dOut] = shapes;
		expectLogSumExp('attentionGradient', shapes, lse, attributes);
		expectShapes(sameShape(out, q) && sameShape(dOut, q), 'attentionGradient', shapes, 'takes O and dO in the shape of q');
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
		const { batch, heads, kvHeads, length, headSize, parts, scores } = attentionExtents([q.shape, k.shape], attributes);
		const inner = paddedSizeOf(lse.shape);
		const statistics = together([lse], inner);
		const { uniforms, constants } = attentionUniforms(q, k, lse, attributes);
		const shared = {
			uniforms: { ...uniforms, innerStart: statistics.floats - inner, direction: 0, tableStride: 0, sinStart: 0 },
			constants,
		};
		return [
			rotatable('dq', attributes.length, {
				kernel: attentionGradientQKernel,
				bindings: { q, k, v, out, dOut, table: UNUSED, dq, statistics },
				...shared,
				extent: [length, heads, batch],
				flops: 6 * scores * headSize,
				scores,
				sideBySide: {
					read: ['q', 'k'],
					written: ['dq', 'dk'],
					join: (own, next, qk, dqk) => {
						const { width } = elementOf(headSize);
						// Of other heads, a compiler may round the dot products of one kernel otherwise than those of another.
						if (width < 4 || own.uniforms.direction !== next.uniforms.direction || tableOf(own) !== tableOf(next)) return undefined;
						const { direction, tableStride, sinStart } = own.uniforms;
						return {
							kernel: attentionGradientsKernel,
							bindings: { qk: qk.operand, v, out, dOut, lse, table: own.bindings.table, dqk: dqk.operand, dv },
							uniforms: { ...uniforms, direction, tableStride, sinStart, ...starts(qk, dqk, width) },
							constants,
							extent: [length, kvHeads * parts + heads, batch],
							flops: 14 * scores * headSize,
							scores: 2 * scores,
						};
					},
				},
			}),
			rotatable('dk', attributes.length, {
				kernel: attentionGradientKVKernel,
				bindings: { q, k, v, statistics, dOut, table: UNUSED, dk, dv },
				...shared,
				extent: [length, kvHeads, batch * parts],
				flops: 8 * scores * headSize,
				scores,
			}),
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
});
