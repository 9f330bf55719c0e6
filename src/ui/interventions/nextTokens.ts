/** Next-token probabilities at a position, from a model's logits. */
import type { ForwardPass } from '../../experiment/records/forwardPass';

export interface Expected {
	token: number;
	/** Original probability, and with the intervention; null without one. */
	before: number;
	after: number | null;
	/** True for the token that follows in the text. */
	follows: boolean;
}

/** softmax of one position's logits [V], in float64. */
function softmaxAt({ logits }: ForwardPass, position: number, size: number): Float64Array {
	const row = logits.subarray(position * size, (position + 1) * size);
	let most = Number.NEGATIVE_INFINITY;
	for (const logit of row) most = Math.max(most, logit);
	const weights = Float64Array.from(row, (logit) => Math.exp(logit - most));
	let sum = 0;
	for (const weight of weights) sum += weight;
	return weights.map((weight) => weight / sum);
}

/**
 * The `count` likeliest next tokens of either forward pass, likeliest first, and always the one that follows in the text.
 *
 * @param target the token that follows; −1 = the task predicts none
 */
export function nextTokens(
	baseline: ForwardPass,
	intervened: ForwardPass | null,
	position: number,
	size: number,
	target: number,
	count = 8,
): Expected[] {
	const before = softmaxAt(baseline, position, size);
	const after = intervened && softmaxAt(intervened, position, size);
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
