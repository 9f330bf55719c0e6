import { elementOf } from '../kernel';
import { expectShapes, type Numbers } from '../op';
import { columnsOf, rowsOf, type Shape, sameShape, strideOf, type Tensor } from '../tensor';

export type AttentionAttributes = {
	/** H */
	heads: number;
	/** G; query head h reads KV head ⌊h·G/H⌋. */
	kvHeads: number;
	/** T, tokens per sequence. */
	length: number;
};

/**
 * Extents that the attention ops share: q [B·T, H·dh], k and v [P·B·T, G·dh]. P is 1, or 2 if the keys and values of a
 * second layer follow those of the first (cross-layer attention). Key j of part p in sequence b is row (p·B + b)·T + j.
 * Query head h reads KV head ⌊h·G/H⌋.
 */
export function attentionExtents([q, k]: readonly Shape[], attributes: AttentionAttributes) {
	const heads = attributes.heads;
	const kvHeads = attributes.kvHeads;
	const length = attributes.length;
	const batch = rowsOf(q) / length;
	const parts = rowsOf(k) / rowsOf(q);
	return {
		heads,
		kvHeads,
		length,
		batch,
		parts,
		/** Pairs of a query and a key that it sees, over all heads. */
		scores: (parts * batch * heads * length * (length + 1)) / 2,
		headSize: columnsOf(q) / heads,
		scale: 1 / Math.sqrt(columnsOf(q) / heads),
	};
}

/**
 * Throws a GraphError unless the first inputs are the q, k and, if `values`, v of an attention, and at least `least` and at
 * most `most` inputs are given.
 */
export function expectAttention(
	op: string,
	shapes: readonly Shape[],
	attributes: AttentionAttributes,
	{ least, most = least, values = true }: { least: number; most?: number; values?: boolean },
): void {
	const takes = most > least ? `${least} or ${most}` : least;
	expectShapes(shapes.length >= least && shapes.length <= most, op, shapes, `takes ${takes} inputs`);
	const { heads, kvHeads, batch, parts, headSize } = attentionExtents(shapes, attributes);
	const [q, k, v] = shapes;
	expectShapes(
		Number.isInteger(batch) &&
			Number.isInteger(parts) &&
			headSize % 2 === 0 &&
			heads % kvHeads === 0 &&
			columnsOf(k) === kvHeads * headSize &&
			columnsOf(q) === heads * headSize &&
			(!values || sameShape(k, v)),
		op,
		shapes,
		`takes q [B·T, H·dh], k${values ? ' and v' : ''} [P·B·T, G·dh] with dh even and G dividing H; got H ${heads}, G ${kvHeads}, T ${attributes.length}`,
	);
}

/** Throws a GraphError unless `lse` is a log-sum-exp of each row of the attention, [B·H, T]. */
export function expectLogSumExp(op: string, shapes: readonly Shape[], lse: Shape, attributes: AttentionAttributes): void {
	const { batch, heads, length } = attentionExtents(shapes, attributes);
	expectShapes(sameShape(lse, [batch * heads, length]), op, shapes, `takes log-sum-exps [B·H, T] = [${batch * heads}×${length}]`);
}

/** Scaled logits of one query row over all keys, [P·T]; −∞ for masked keys. */
export function attentionLogits(
	q: Numbers,
	k: Numbers,
	shapes: readonly Shape[],
	attributes: AttentionAttributes,
	b: number,
	h: number,
	i: number,
): Numbers {
	const { heads, kvHeads, length, batch, parts, headSize, scale } = attentionExtents(shapes, attributes);
	const g = Math.floor((h * kvHeads) / heads);
	const logits = new Float64Array(parts * length).fill(Number.NEGATIVE_INFINITY);
	for (let p = 0; p < parts; p++)
		for (let j = 0; j <= i; j++) {
			const keyAt = ((p * batch + b) * length + j) * kvHeads * headSize + g * headSize;
			const queryAt = (b * length + i) * heads * headSize + h * headSize;
			let dot = 0;
			for (let c = 0; c < headSize; c++) dot += q[queryAt + c] * k[keyAt + c];
			logits[p * length + j] = dot * scale;
		}
	return logits;
}

/** Uniforms and constants of every attention kernel. Strides and head sizes count `Element`s: vec4f, or vec2f if vec4s don't divide a head. */
export function attentionUniforms(q: Tensor, k: Tensor, lse: Tensor, attributes: AttentionAttributes) {
	const { heads, kvHeads, length, batch, parts, headSize, scale } = attentionExtents([q.shape, k.shape], attributes);
	const { width, constants } = elementOf(headSize);
	return {
		uniforms: {
			length,
			batch,
			heads,
			kvHeads,
			parts,
			headElements: headSize / width,
			queryStride: strideOf(q.shape) / width,
			keyStride: strideOf(k.shape) / width,
			lseStride: strideOf(lse.shape),
			scale,
		},
		constants,
	};
}
