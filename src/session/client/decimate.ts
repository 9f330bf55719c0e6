/**
 * Fewer points than pixels, without losing a spike: the steps are cut into buckets, and each bucket keeps its smallest
 * and its largest value, in the order in which they came.
 */

/** Bucket borders over the steps [from, to): whole numbers, strictly rising, evenly spaced or evenly in log(step). */
export function bucketEdges(from: number, to: number, buckets: number, logarithmic: boolean): number[] {
	const edges = [from];
	if (to <= from) return edges;
	const low = Math.log(Math.max(1, from));
	const high = Math.log(Math.max(1, to));
	for (let i = 1; i < buckets; i++) {
		const t = i / buckets;
		const edge = Math.round(logarithmic ? Math.exp(low + t * (high - low)) : from + t * (to - from));
		if (edge > edges[edges.length - 1] && edge < to) edges.push(edge);
	}
	edges.push(to);
	return edges;
}

export interface Points {
	steps: number[];
	values: number[];
}

/** The smallest and the largest value of each bucket; at most two points a bucket. NaN and steps past the end are left out. */
export function decimate(values: Float32Array, edges: readonly number[]): Points {
	const points: Points = { steps: [], values: [] };
	const push = (step: number) => {
		points.steps.push(step);
		points.values.push(values[step]);
	};
	for (let b = 0; b + 1 < edges.length; b++) {
		const end = Math.min(edges[b + 1], values.length);
		let smallest = -1;
		let largest = -1;
		let min = Number.POSITIVE_INFINITY;
		let max = Number.NEGATIVE_INFINITY;
		for (let i = edges[b]; i < end; i++) {
			const value = values[i];
			if (value < min) {
				min = value;
				smallest = i;
			}
			if (value > max && value < Number.POSITIVE_INFINITY) {
				max = value;
				largest = i;
			}
		}
		if (smallest < 0) continue;
		if (largest < 0 || smallest === largest) push(smallest);
		else if (smallest < largest) {
			push(smallest);
			push(largest);
		} else {
			push(largest);
			push(smallest);
		}
	}
	return points;
}
