/** Attention of one layer: probabilities [B, H, T, T], row-major. */
export interface LayerAttention {
	probabilities: ArrayLike<number>;
	batchSize: number;
	heads: number;
	length: number;
}

/**
 * Attention to the first token, A_{i,1}, mean over sequences, heads and those queries i ≥ 2 that `counts` admits;
 * `position` is b·T + i, from 0. NaN where none is.
 */
export function sinkAttention({ probabilities, batchSize, heads, length }: LayerAttention, counts: (position: number) => boolean): number {
	let sum = 0;
	let number = 0;
	for (let b = 0; b < batchSize; b++)
		for (let i = 1; i < length; i++) {
			if (!counts(b * length + i)) continue;
			for (let h = 0; h < heads; h++) sum += probabilities[((b * heads + h) * length + i) * length];
			number += heads;
		}
	return sum / number;
}
