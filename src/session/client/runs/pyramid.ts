/**
 * Finds the smallest and the largest value of a range of steps without reading every step: blocks of 8 steps store
 * their extremes, blocks of 8 blocks theirs, and so on. A block is computed once, when its last value is there.
 */

/** Children of a block. */
const FACTOR = 8;

interface Level {
	/** Step of each block's smallest and largest value; −1 if all are NaN. */
	smallest: number[];
	largest: number[];
}

/** Steps of the extremes of a range; −1 if all values are NaN. */
export interface Extremes {
	smallest: number;
	largest: number;
}

class Pyramid {
	private readonly levels: Level[] = [];

	/** Makes the blocks that `values` has filled since last time. */
	extend(values: Float32Array): void {
		let children = values.length;
		for (let k = 0; children >= FACTOR; k++) {
			this.levels[k] ??= { smallest: [], largest: [] };
			const { smallest, largest } = this.levels[k];
			const blocks = Math.floor(children / FACTOR);
			for (let block = smallest.length; block < blocks; block++) {
				const found: Extremes = { smallest: -1, largest: -1 };
				for (let child = block * FACTOR; child < (block + 1) * FACTOR; child++) this.note(values, k, child, found);
				smallest.push(found.smallest);
				largest.push(found.largest);
			}
			children = blocks;
		}
	}

	/** Extremes over the steps [from, to) of `values`. */
	query(values: Float32Array, from: number, to: number): Extremes {
		const found: Extremes = { smallest: -1, largest: -1 };
		let step = from;
		while (step < to) {
			let level = 0;
			let span = 1;
			while (step % (span * FACTOR) === 0 && step + span * FACTOR <= to) {
				span *= FACTOR;
				level++;
			}
			this.note(values, level, step / span, found);
			step += span;
		}
		return found;
	}

	/** Adds one block of `level` (0: a single step). */
	private note(values: Float32Array, level: number, index: number, found: Extremes): void {
		let low = index;
		let high = index;
		if (level > 0) {
			const { smallest, largest } = this.levels[level - 1];
			low = smallest[index];
			high = largest[index];
			if (low < 0) return;
		} else if (!Number.isFinite(values[index])) return;
		if (found.smallest < 0 || values[low] < values[found.smallest]) found.smallest = low;
		if (found.largest < 0 || values[high] > values[found.largest]) found.largest = high;
	}
}

const pyramids = new WeakMap<ArrayBufferLike, Pyramid>();

/**
 * Finds extremes in `values`. They must begin at their buffer's start and never change, as in a `SeriesView`. A longer
 * view of the same buffer then only extends the pyramid.
 */
export function extremesOf(values: Float32Array): (from: number, to: number) => Extremes {
	if (values.byteOffset !== 0) throw new RangeError('extremesOf wants a view from the start of its buffer');
	let pyramid = pyramids.get(values.buffer);
	if (!pyramid) {
		pyramid = new Pyramid();
		pyramids.set(values.buffer, pyramid);
	}
	pyramid.extend(values);
	const known = pyramid;
	return (from, to) => known.query(values, Math.max(0, from), Math.min(to, values.length));
}
