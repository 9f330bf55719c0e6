/** Memory that holds a value from its first to its last use, both included, counted in kernel calls. */
export interface Lifetime {
	name: string;
	bytes: number;
	first: number;
	last: number;
}

export interface Allocation {
	/** Index of each lifetime's buffer, in the order of the lifetimes. */
	buffers: number[];
	sizes: number[];
	holds: string[][];
}

/**
 * Assigns each lifetime a whole buffer, which it shares with others that end before it begins. Buffers are not divided,
 * because WebGPU refuses a buffer that is bound as `read` and `read_write` in one dispatch, even on disjoint ranges. Takes
 * the smallest free buffer that is large enough, or else enlarges the largest free one.
 */
export function allocate(lifetimes: readonly Lifetime[]): Allocation {
	const order = lifetimes
		.map((_, i) => i)
		.sort((a, b) => lifetimes[a].first - lifetimes[b].first || lifetimes[b].bytes - lifetimes[a].bytes);
	const buffers = new Array<number>(lifetimes.length);
	const sizes: number[] = [];
	const busyUntil: number[] = [];
	const holds: string[][] = [];
	for (const i of order) {
		const { name, bytes, first, last } = lifetimes[i];
		const free = sizes.map((_, b) => b).filter((b) => busyUntil[b] < first);
		const fitting = free.filter((b) => sizes[b] >= bytes).sort((a, b) => sizes[a] - sizes[b]);
		const largest = free.sort((a, b) => sizes[b] - sizes[a]);
		const chosen = fitting[0] ?? largest[0] ?? sizes.length;
		sizes[chosen] = Math.max(sizes[chosen] ?? 0, bytes);
		busyUntil[chosen] = last;
		holds[chosen] ??= [];
		holds[chosen].push(name);
		buffers[i] = chosen;
	}
	return { buffers, sizes, holds };
}
