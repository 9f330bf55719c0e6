/** Reading attention maps; layers, heads and positions from 0. Plain functions. */
import type { AttentionMaps } from '../../experiment/records/frame';

export interface Cell {
	layer: number;
	head: number;
	query: number;
	key: number;
}

/** Where the map of a layer and head starts in `probabilities`. */
export function mapOffset(maps: AttentionMaps, layer: number, head: number): number {
	return (layer * maps.heads + head) * maps.length * maps.length;
}

/** How much of the query's attention the key gets. */
export function probabilityAt(maps: AttentionMaps, { layer, head, query, key }: Cell): number {
	return maps.probabilities[mapOffset(maps, layer, head) + query * maps.length + key];
}

/** Mean attention to the first token over all queries: α₁ of METHODS.md section 3, per [layer, head]. */
export function sinkShares(maps: AttentionMaps): Float32Array {
	const { layers, heads, length, probabilities } = maps;
	return Float32Array.from({ length: layers * heads }, (_, map) => {
		let sum = 0;
		for (let query = 0; query < length; query++) sum += probabilities[(map * length + query) * length];
		return sum / length;
	});
}

/**
 * Token importance of a layer [T]: how much of all queries' attention each key gets, p_j = Σ_i Ā_ij, Ā the mean over heads,
 * as shares of their sum (METHODS.md section 3).
 */
export function tokenImportance(maps: AttentionMaps, layer: number): Float32Array {
	const { heads, length, probabilities } = maps;
	const shares = new Float64Array(length);
	let sum = 0;
	for (let head = 0; head < heads; head++) {
		const offset = mapOffset(maps, layer, head);
		for (let query = 0; query < length; query++) {
			for (let key = 0; key <= query; key++) {
				const p = probabilities[offset + query * length + key];
				shares[key] += p;
				sum += p;
			}
		}
	}
	return Float32Array.from(shares, (share) => (sum > 0 ? share / sum : 0));
}

/** The keys that a query looks at most, strongest first. */
export function topKeys(
	maps: AttentionMaps,
	layer: number,
	head: number,
	query: number,
	count: number,
): { key: number; probability: number }[] {
	const row = mapOffset(maps, layer, head) + query * maps.length;
	return Array.from({ length: query + 1 }, (_, key) => ({ key, probability: maps.probabilities[row + key] }))
		.sort((a, b) => b.probability - a.probability)
		.slice(0, count);
}

/** `layer 2, head 1, query 12 e, key 1 <s>`, counted from 1 as people do. */
export function cellWords(maps: AttentionMaps, { layer, head, query, key }: Cell): string {
	return `layer ${layer + 1}, head ${head + 1}: query ${query + 1} ${maps.tokens[query]} → key ${key + 1} ${maps.tokens[key]}`;
}
