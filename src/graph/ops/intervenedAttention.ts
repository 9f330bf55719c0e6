import type { Kernel, KernelCall } from '../kernel';
import { defineOp, expectShapes, type Sample } from '../op';
import { columnsOf, sameShape, sizeOf, strideOf } from '../tensor';
import { type AttentionAttributes, attentionExtents, attentionLogits, attentionUniforms, expectAttention } from './attentionShapes';

/** One workgroup per query row and head. */
const intervenedAttentionKernel: Kernel = {
	name: 'intervenedAttention',
	file: 'intervened_attention',
	sizes: {},
	grid: ([length, heads, batch]) => [length, heads, batch],
	onSubgroups: () => ({ overrides: { SIZE: 8 } }),
};

/** The logit of a sink that takes no share: finite, because WGSL leaves infinities open. */
export const NO_SINK = -1e30;

type IntervenedAttributes = AttentionAttributes & { layer: number };

/**
 * `attention` with interventions: q [B·T, H·dh], k, v [P·B·T, G·dh], row `layer` of visible and scales [L, T], and sinks
 * [H] → O [B·T, H·dh] and the probabilities A [B, H, T, T].
 *
 * - `visible`: a key with 0 has A = 0 in every row, and the softmax is over the others. A row that sees no key is 0.
 * - `scales`: the value of key j is multiplied by scales[j].
 * - `sinks`: the softmax of head h has one more logit sinks[h] with value 0.
 *
 * Visible 1, scale 1 and a sink of `NO_SINK` change nothing. With two parts of keys, A is the sum over both, and visible and
 * scales apply to both.
 */
export const intervenedAttention = defineOp<IntervenedAttributes>({
	name: 'intervenedAttention',
	shape(shapes, attributes) {
		expectAttention('intervenedAttention', shapes, attributes, { least: 6 });
		const [q, , , visible, scales, sinks] = shapes;
		const { batch, heads, length, parts } = attentionExtents(shapes, attributes);
		expectShapes(
			parts <= 2 &&
				sameShape(visible, scales) &&
				columnsOf(visible) === length &&
				attributes.layer * length < sizeOf(visible) &&
				sizeOf(sinks) === heads,
			'intervenedAttention',
			shapes,
			`takes visible and scales [L, T] with a row ${attributes.layer}, and sinks [H], after q, k and v`,
		);
		return [{ shape: q }, { shape: [batch, heads, length, length] }];
	},
	reference([q, k, v, visible, scales, sinks], shapes, attributes) {
		const { heads, kvHeads, length, batch, headSize } = attentionExtents(shapes, attributes);
		const layer = attributes.layer;
		const out = new Float64Array(q.length);
		const probabilities = new Float64Array(batch * heads * length * length);
		for (let b = 0; b < batch; b++)
			for (let h = 0; h < heads; h++)
				for (let i = 0; i < length; i++) {
					const logits = attentionLogits(q, k, shapes, attributes, b, h, i).map((z, n) =>
						visible[layer * length + (n % length)] === 0 ? Number.NEGATIVE_INFINITY : z,
					);
					const top = Math.max(...logits, sinks[h]);
					const total = logits.reduce((sum, z) => sum + Math.exp(z - top), Math.exp(sinks[h] - top));
					const g = Math.floor((h * kvHeads) / heads);
					logits.forEach((z, n) => {
						const a = Math.exp(z - top) / total;
						const [part, j] = [Math.floor(n / length), n % length];
						probabilities[((b * heads + h) * length + i) * length + j] += a;
						for (let c = 0; c < headSize; c++)
							out[(b * length + i) * columnsOf(shapes[0]) + h * headSize + c] +=
								a * scales[layer * length + j] * v[((part * batch + b) * length + j) * columnsOf(shapes[2]) + g * headSize + c];
					});
				}
		return [out, probabilities];
	},
	lower({ inputs: [q, k, v, visible, scales, sinks], outputs: [out, probabilities], attributes }): KernelCall[] {
		const { batch, heads, length, headSize, scores } = attentionExtents([q.shape, k.shape], attributes);
		const { uniforms, constants } = attentionUniforms(q, k, probabilities, attributes);
		const { lseStride, ...shared } = uniforms;
		return [
			{
				kernel: intervenedAttentionKernel,
				bindings: { q, k, v, visible, scales, sinks, out, probabilities },
				uniforms: { ...shared, stride: strideOf(probabilities.shape), layer: attributes.layer },
				constants,
				extent: [length, heads, batch],
				flops: 6 * scores * headSize,
				scores,
			},
		];
	},
	samples: [
		sample({ heads: 1, kvHeads: 1, headSize: 2, length: 1, batch: 1, parts: 1, sink: null, hidden: [] }),
		sample({ heads: 2, kvHeads: 2, headSize: 6, length: 7, batch: 2, parts: 1, sink: 0, hidden: [0, 4] }),
		sample({ heads: 4, kvHeads: 2, headSize: 8, length: 37, batch: 2, parts: 1, sink: null, hidden: [0, 1, 2, 36] }),
		sample({ heads: 1, kvHeads: 1, headSize: 8, length: 131, batch: 1, parts: 1, sink: -1.5, hidden: [64, 130] }),
		sample({ heads: 3, kvHeads: 1, headSize: 6, length: 67, batch: 1, parts: 2, sink: null, hidden: [0, 3] }),
		sample({ heads: 2, kvHeads: 1, headSize: 4, length: 18, batch: 2, parts: 2, sink: 0, hidden: [] }),
		sample({ heads: 1, kvHeads: 1, headSize: 300, length: 5, batch: 1, parts: 1, sink: null, hidden: [1] }),
	],
});

/** A case in the second of three layers, whose queries don't see the keys in `hidden`. */
function sample(sizes: {
	heads: number;
	kvHeads: number;
	headSize: number;
	length: number;
	batch: number;
	parts: number;
	/** Of the first head; null: no head has one. */
	sink: number | null;
	hidden: number[];
}): Sample<IntervenedAttributes> {
	const { heads, kvHeads, headSize, length, batch, parts, sink, hidden } = sizes;
	const keys = { shape: [parts * batch * length, kvHeads * headSize] };
	const visible = Array.from({ length: 3 * length }, (_, e) => (Math.floor(e / length) === 1 && hidden.includes(e % length) ? 0 : 1));
	return {
		inputs: [
			{ shape: [batch * length, heads * headSize] },
			keys,
			keys,
			{ shape: [3, length], numbers: visible },
			{ shape: [3, length] },
			{ shape: [heads], numbers: Array.from({ length: heads }, (_, h) => (sink === null ? NO_SINK : sink + 0.7 * h)) },
		],
		attributes: { heads, kvHeads, length, layer: 1 },
	};
}
