/**
 * Fewer points than pixels, without losing a spike: the steps are cut into buckets, and each bucket keeps its smallest
 * and its largest value, in the order of their steps.
 */
import { keptFrom } from './kept';
import { extremesOf } from './pyramid';

/** Borders of `buckets` equal parts of [low, high], both ends included; equal in log(x) where `logarithmic` (low > 0). */
export function bucketBorders(low: number, high: number, buckets: number, logarithmic: boolean): number[] {
	const ratio = Math.log(high / low);
	return Array.from({ length: buckets + 1 }, (_, i) => {
		if (i === 0) return low;
		if (i === buckets) return high;
		return logarithmic ? low * Math.exp((i / buckets) * ratio) : low + (i / buckets) * (high - low);
	});
}

export interface Points {
	steps: number[];
	values: number[];
}

/**
 * The smallest and the largest value between each two of the rising `edges` (steps; the last one is not included); at most
 * two points per bucket. NaN and steps past the end are skipped. `values` as in `extremesOf`.
 *
 * @param kept steps that the values are of, ascending; null = 0, 1, 2 …
 */
export function decimate(values: Float32Array, edges: readonly number[], kept: Int32Array | null = null): Points {
	const points: Points = { steps: [], values: [] };
	const push = (index: number) => {
		points.steps.push(kept ? kept[index] : index);
		points.values.push(values[index]);
	};
	const extremes = extremesOf(values);
	for (let b = 0; b + 1 < edges.length; b++) {
		const { smallest, largest } = extremes(keptFrom(kept, edges[b]), keptFrom(kept, edges[b + 1]));
		if (smallest < 0) continue;
		push(Math.min(smallest, largest));
		if (smallest !== largest) push(Math.max(smallest, largest));
	}
	return points;
}
