/** What a model expects after a position, out of its logits. */
import type { ForwardPass } from '../../experiment/records/forwardPass';

export interface Expected {
	token: number;
	/** Untouched and touched; null where nothing is touched. */
	before: number;
	after: number | null;
	/** Whether it is the token that follows in the text. */
	follows: boolean;
}

/** softmax of one position's logits [V], in float64. */
export function softmaxAt({ logits }: ForwardPass, position: number, size: number): Float64Array {
	const row = logits.subarray(position * size, (position + 1) * size);
	let most = Number.NEGATIVE_INFINITY;
	for (const logit of row) most = Math.max(most, logit);
	const weights = Float64Array.from(row, (logit) => Math.exp(logit - most));
	let sum = 0;
	for (const weight of weights) sum += weight;
	return weights.map((weight) => weight / sum);
}

/**
 * The `count` likeliest next tokens in either reading, likeliest first, and the one that follows (−1 = none is asked for)
 * wherever it stands.
 */
export function nextTokens(
	untouched: ForwardPass,
	touched: ForwardPass | null,
	position: number,
	size: number,
	target: number,
	count = 8,
): Expected[] {
	const before = softmaxAt(untouched, position, size);
	const after = touched && softmaxAt(touched, position, size);
	const weight = (token: number) => Math.max(before[token], after ? after[token] : 0);
	const best: number[] = [];
	for (let token = 0; token < size; token++) {
		if (best.length === count && weight(token) <= weight(best[count - 1])) continue;
		const place = best.findIndex((other) => weight(token) > weight(other));
		best.splice(place < 0 ? best.length : place, 0, token);
		best.length = Math.min(best.length, count);
	}
	if (target >= 0 && target < size && !best.includes(target)) best.push(target);
	return best.map((token) => ({ token, before: before[token], after: after?.[token] ?? null, follows: token === target }));
}
