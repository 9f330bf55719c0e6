import type { Stream } from '../data/random';

export interface Sampling {
	/** Divides the logits; 0 takes the likeliest token (of equally likely ones the first). */
	temperature: number;
	/** Draws from the k likeliest tokens only; 0 = from all. */
	topK: number;
}

/** A token drawn from softmax(logits / temperature) over the k likeliest; one number is drawn from `random` unless temperature is 0. */
export function sampleToken(logits: ArrayLike<number>, { temperature, topK }: Sampling, random: Stream): number {
	const tokens = Array.from(logits, (_, token) => token);
	if (temperature === 0) return tokens.reduce((best, token) => (logits[token] > logits[best] ? token : best), 0);
	tokens.sort((a, b) => logits[b] - logits[a] || a - b);
	const allowed = topK > 0 ? tokens.slice(0, topK) : tokens;
	const weights = allowed.map((token) => Math.exp((logits[token] - logits[allowed[0]]) / temperature));
	let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
	for (const [i, token] of allowed.entries()) {
		left -= weights[i];
		if (left < 0) return token;
	}
	// Reached only through rounding.
	return allowed[0];
}
