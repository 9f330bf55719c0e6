import type { AttentionMaps } from '../../experiment/records/frame';

/** Index of the first probability of a layer and head, both from 0. */
export function mapOffset(maps: AttentionMaps, layer: number, head: number): number {
	return (layer * maps.heads + head) * maps.length * maps.length;
}

/**
 * Attention to the first token, mean over the other queries of one map: as `sinkAttention` of docs/METHODS.md section 3,
 * but of one head, and of one sequence with all of its positions. NaN of a single token.
 */
export function firstTokenShare(maps: AttentionMaps, layer: number, head: number): number {
	const { length, probabilities } = maps;
	const from = mapOffset(maps, layer, head);
	let sum = 0;
	for (let query = 1; query < length; query++) sum += probabilities[from + query * length];
	return sum / (length - 1);
}
