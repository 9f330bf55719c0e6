/** Counts of a text's characters and of its pairs of characters. */
export interface Bigrams {
	/** Number of occurrences of each token [V]. */
	counts: Float64Array;
	/** Distinct tokens that follow each token, ascending. */
	successors: Int32Array[];
	/** P[x]: probability of each of `successors[x]`; sums to 1. */
	probabilities: Float64Array[];
	/** H(P[x]) of each token in nats [V]. */
	entropies: Float64Array;
}

/**
 * Counts `tokens`, which are numbers below `size`. The last character may occur nowhere else, so that nothing follows it:
 * then its P is the frequencies of the whole text [ours]. Takes O(tokens + pairs).
 */
export function countBigrams(tokens: Int32Array, size: number): Bigrams {
	const counts = new Float64Array(size);
	for (const token of tokens) counts[token]++;

	// A counting sort groups followers by token, so that one scratch array can tally each token in turn.
	const ends = new Int32Array(size);
	for (let x = 0, end = 0; x < size; x++) {
		ends[x] = end;
		end += counts[x];
	}
	const followers = new Int32Array(tokens.length);
	for (let i = 0; i + 1 < tokens.length; i++) followers[ends[tokens[i]]++] = tokens[i + 1];

	const tally = new Int32Array(size);
	const successors: Int32Array[] = [];
	const probabilities: Float64Array[] = [];
	const entropies = new Float64Array(size);
	for (let x = 0, start = 0; x < size; start += counts[x], x++) {
		const seen: number[] = [];
		for (let i = start; i < ends[x]; i++) if (tally[followers[i]]++ === 0) seen.push(followers[i]);
		const total = ends[x] - start;
		const row = total > 0 ? Int32Array.from(seen).sort() : Int32Array.from(counts.keys()).filter((y) => counts[y] > 0);
		const weights = Float64Array.from(row, (y) => (total > 0 ? tally[y] / total : counts[y] / tokens.length));
		for (const y of seen) tally[y] = 0;
		for (const p of weights) entropies[x] -= p * Math.log(p);
		successors.push(row);
		probabilities.push(weights);
	}
	return { counts, successors, probabilities, entropies };
}
