/**
 * Random numbers by name: `stream(seed, …keys)` is an independent generator for every combination of seed and keys, so that
 * the batch of any step and the first weights of any parameter can be drawn without drawing the earlier ones. The generator
 * is pure-rand's xoroshiro128+, whose 128 bits of state are a hash of seed and keys.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

export type Key = string | number;

const float64 = new Float64Array(1);
const words64 = new Uint32Array(float64.buffer);

/** Seed and keys as 32-bit words, each with its type and length, so that ('a', 'b') and ('ab') differ. */
function toWords(keys: readonly Key[]): number[] {
	const words: number[] = [];
	for (const key of keys) {
		if (typeof key === 'number') {
			float64[0] = key + 0; // −0 is 0
			words.push(1, words64[0], words64[1]);
		} else {
			words.push(2, key.length);
			for (let i = 0; i < key.length; i++) words.push(key.charCodeAt(i));
		}
	}
	return words;
}

/** MurmurHash3 (Austin Appleby, public domain), 32 bits, over whole words. */
function murmur3(words: readonly number[], seed: number): number {
	let hash = seed;
	for (const word of words) {
		let k = Math.imul(word, 0xcc9e2d51);
		k = (k << 15) | (k >>> 17);
		hash ^= Math.imul(k, 0x1b873593);
		hash = (hash << 13) | (hash >>> 19);
		hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
	}
	hash ^= words.length * 4;
	hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
	return hash ^ (hash >>> 16);
}

/** Start values of the four 32-bit hashes that make up the state: the first digits of π. */
const LANES: readonly number[] = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];

export class Stream {
	readonly #generator: RandomGenerator;
	#spare: number | null = null;

	constructor(generator: RandomGenerator) {
		this.#generator = generator;
	}

	/** Uniform in [0, 1), 53 bits. */
	uniform(): number {
		return uniformFloat64(this.#generator);
	}

	/** Uniform over 0, 1, …, n − 1, without bias; n from 1 to 2³². */
	integer(n: number): number {
		return uniformInt(this.#generator, 0, n - 1);
	}

	/** Standard normal, by Marsaglia's polar method, which needs only a logarithm and a square root of the maths library. */
	normal(): number {
		if (this.#spare !== null) {
			const spare = this.#spare;
			this.#spare = null;
			return spare;
		}
		for (;;) {
			const x = 2 * this.uniform() - 1;
			const y = 2 * this.uniform() - 1;
			const square = x * x + y * y;
			if (square >= 1 || square === 0) continue;
			const scale = Math.sqrt((-2 * Math.log(square)) / square);
			this.#spare = y * scale;
			return x * scale;
		}
	}
}

/**
 * A new generator for `seed` (an unsigned 32-bit integer) and `keys`. Equal arguments give equal numbers in every browser
 * and in Node; different ones give independent numbers.
 */
export function stream(seed: number, ...keys: Key[]): Stream {
	const words = toWords([seed, ...keys]);
	const state = LANES.map((start) => murmur3(words, start));
	if (!state.some((word) => word !== 0)) state[0] = 1; // the one state that xoroshiro never leaves
	return new Stream(xoroshiro128plusFromState(state));
}
