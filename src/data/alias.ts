import type { Stream } from './random';

/**
 * Draws from a finite distribution in constant time, by Walker's alias method (A. J. Walker, 1977) with Vose's construction.
 * Each of the n columns stands for its own outcome below a threshold, and for one other outcome above it.
 */
export class AliasTable {
	readonly #threshold: Float64Array;
	readonly #alias: Int32Array;

	/** @param weights none below 0 and at least one above; they need not sum to 1 */
	constructor(weights: ArrayLike<number>) {
		const n = weights.length;
		let total = 0;
		for (let i = 0; i < n; i++) total += weights[i];
		if (!(total > 0)) throw new Error(`a distribution over ${n} outcomes needs a weight above 0`);
		this.#threshold = new Float64Array(n).fill(1);
		this.#alias = Int32Array.from({ length: n }, (_, i) => i);
		const scaled = Float64Array.from({ length: n }, (_, i) => (weights[i] * n) / total);
		const small: number[] = [];
		const large: number[] = [];
		for (let i = 0; i < n; i++) (scaled[i] < 1 ? small : large).push(i);
		while (small.length > 0 && large.length > 0) {
			const low = small.pop() as number;
			const high = large[large.length - 1];
			this.#threshold[low] = scaled[low];
			this.#alias[low] = high;
			scaled[high] -= 1 - scaled[low];
			if (scaled[high] < 1) small.push(large.pop() as number);
		}
		// The remaining columns are full except for rounding, but an outcome of weight 0 must never be drawn.
		const likeliest = scaled.length ? Array.from({ length: n }, (_, i) => i).reduce((a, b) => (weights[b] > weights[a] ? b : a)) : 0;
		for (const i of small) {
			if (weights[i] > 0) continue;
			this.#threshold[i] = 0;
			this.#alias[i] = likeliest;
		}
	}

	/** Draws the index of an outcome. */
	sample(random: Stream): number {
		const position = random.uniform() * this.#threshold.length;
		const column = Math.floor(position);
		return position - column < this.#threshold[column] ? column : this.#alias[column];
	}
}
