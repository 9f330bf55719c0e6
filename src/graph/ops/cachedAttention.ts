import { elementOf, type Kernel, type KernelCall } from '../kernel';
import { defineOp, expectShapes, type Sample } from '../op';
import { columnsOf, type Shape, sizeOf, strideOf } from '../tensor';
import type { AttentionAttributes } from './attentionShapes';
import { expectSinks, sinkCall } from './attentionSink';

/** One workgroup per head. */
const cachedAttentionKernel: Kernel = { name: 'cachedAttention', file: 'cached_attention', sizes: {}, grid: ([heads]) => [heads, 1, 1] };

type CachedAttributes = Pick<AttentionAttributes, 'heads' | 'kvHeads'>;

/** Largest number of layers whose keys and values one call can attend to, concatenated on the key axis. */
const MOST_PARTS = 2;

/**
 * Attention of one query over rows 0..position of a cache: q [1, H·dh], position [1], k and v [C, G·dh] → O [1, H·dh] and its
 * log-sum-exp [H, 1], as `attention` computes them for that row. In cross-layer attention there are two parts, each with a
 * k and a v, under one softmax. Rows after `position` are not read.
 *
 * Inputs: q, position, k and v of each part, and sinks [H] for a softmax with sinks. The host must ensure 0 ≤ position < C.
 */
export const cachedAttention = defineOp<CachedAttributes>({
	name: 'cachedAttention',
	shape(shapes, { heads, kvHeads }) {
		const [q, position, ...others] = shapes;
		const caches = others.slice(0, cachesIn(shapes));
		const headSize = columnsOf(q) / heads;
		expectSinks('cachedAttention', shapes, others.slice(caches.length), heads);
		expectShapes(
			(caches.length === 2 || caches.length === 2 * MOST_PARTS) &&
				q[0] === 1 &&
				sizeOf(position) === 1 &&
				headSize % 2 === 0 &&
				heads % kvHeads === 0 &&
				caches.every((cache) => cache[0] === caches[0][0] && columnsOf(cache) === kvHeads * headSize),
			'cachedAttention',
			shapes,
			`takes q [1, H·dh], position [1], and k and v [C, G·dh] for one or two layers, dh even and G dividing H; got H ${heads}, G ${kvHeads}`,
		);
		return [{ shape: q }, { shape: [heads, 1] }];
	},
	reference([q, [position], ...others], shapes, attributes) {
		const { heads, kvHeads, headSize } = extents(shapes, attributes);
		const caches = others.slice(0, cachesIn(shapes));
		const sinks = others.at(caches.length);
		const out = new Float64Array(q.length);
		const lse = new Float64Array(heads);
		for (let h = 0; h < heads; h++) {
			const keyAt = (j: number) => (j * kvHeads + Math.floor((h * kvHeads) / heads)) * headSize;
			const seen: { z: number; values: ArrayLike<number>; at: number }[] = [];
			for (let part = 0; part < caches.length; part += 2)
				for (let j = 0; j <= position; j++) {
					let dot = 0;
					for (let c = 0; c < headSize; c++) dot += q[h * headSize + c] * caches[part][keyAt(j) + c];
					seen.push({ z: dot / Math.sqrt(headSize), values: caches[part + 1], at: keyAt(j) });
				}
			const sink = sinks ? sinks[h] : Number.NEGATIVE_INFINITY;
			const top = Math.max(...seen.map(({ z }) => z), sink);
			lse[h] = top + Math.log(seen.reduce((sum, { z }) => sum + Math.exp(z - top), Math.exp(sink - top)));
			for (const { z, values, at } of seen)
				for (let c = 0; c < headSize; c++) out[h * headSize + c] += Math.exp(z - lse[h]) * values[at + c];
		}
		return [out, lse];
	},
	lower({ inputs: [q, position, ...others], outputs: [out, lse], attributes, inputs }): KernelCall[] {
		const shapes = inputs.map(({ shape }) => shape);
		const { heads, kvHeads, headSize } = extents(shapes, attributes);
		const { width, constants } = elementOf(headSize);
		const caches = others.slice(0, cachesIn(shapes));
		const [k, v, crossK = k, crossV = v] = caches;
		const sinks = others.at(caches.length);
		const parts = caches.length / 2;
		return [
			{
				kernel: cachedAttentionKernel,
				bindings: { q, position, k, v, crossK, crossV, out, lse },
				uniforms: {
					heads,
					kvHeads,
					parts,
					headElements: headSize / width,
					queryStride: strideOf(q.shape) / width,
					keyStride: strideOf(k.shape) / width,
					lseStride: strideOf(lse.shape),
					scale: 1 / Math.sqrt(headSize),
				},
				constants,
				extent: [heads, 1, 1],
				// Counts every row of the cache, because a plan does not know how many are filled.
				flops: 4 * parts * heads * k.shape[0] * headSize,
				scores: parts * heads * k.shape[0],
			},
			...(sinks ? [sinkCall(sinks, out, lse, { heads, length: 1 })] : []),
		];
	},
	samples: [
		sample({ heads: 1, kvHeads: 1, headSize: 2, capacity: 1, position: 0, parts: 1 }),
		sample({ heads: 2, kvHeads: 2, headSize: 6, capacity: 7, position: 3, parts: 1 }),
		sample({ heads: 4, kvHeads: 2, headSize: 8, capacity: 37, position: 36, parts: 1 }),
		sample({ heads: 1, kvHeads: 1, headSize: 8, capacity: 200, position: 130, parts: 1 }),
		sample({ heads: 2, kvHeads: 1, headSize: 8, capacity: 90, position: 64, parts: 2 }),
		sample({ heads: 1, kvHeads: 1, headSize: 300, capacity: 5, position: 2, parts: 1 }),
		sample({ heads: 3, kvHeads: 1, headSize: 6, capacity: 9, position: 4, parts: 1 }, [0.5, -2, 3]),
		sample({ heads: 2, kvHeads: 2, headSize: 8, capacity: 90, position: 64, parts: 2 }, [5, -1]),
	],
});

/** Caches among the inputs: they come in pairs, and sinks stand alone behind them. */
const cachesIn = (inputs: readonly Shape[]): number => Math.floor((inputs.length - 2) / 2) * 2;

function extents([q]: readonly Shape[], attributes: CachedAttributes) {
	const heads = attributes.heads;
	return { heads, kvHeads: attributes.kvHeads, headSize: columnsOf(q) / heads };
}

function sample(
	{ heads, kvHeads, headSize, capacity, position, parts }: Record<string, number>,
	sinks?: readonly number[],
): Sample<CachedAttributes> {
	const cache = { shape: [capacity, kvHeads * headSize] };
	const at = { shape: [1], dtype: 'i32' as const, numbers: [position] };
	return {
		inputs: [
			{ shape: [1, heads * headSize] },
			at,
			...Array.from({ length: 2 * parts }, () => cache),
			...(sinks ? [{ shape: [heads], numbers: sinks }] : []),
		],
		attributes: { heads, kvHeads },
	};
}
