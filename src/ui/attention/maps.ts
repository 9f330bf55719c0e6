/** Reading attention maps; layers, heads and positions from 0. Plain functions. */

import { SINK_THRESHOLD } from '../../experiment/measures/sink';
import type { AttentionMaps } from '../../experiment/records/frame';
import { mapOffset } from '../measures/firstToken';
import { tokenText } from '../shared/tokenText';

export interface Cell {
	layer: number;
	head: number;
	query: number;
	key: number;
}

/** Attention of the query to the key. */
export function probabilityAt(maps: AttentionMaps, { layer, head, query, key }: Cell): number {
	return maps.probabilities[mapOffset(maps, layer, head) + query * maps.length + key];
}

/** Mean attention to the first token over all queries: α₁ of docs/METHODS.md section 3, per [layer, head]. */
export function sinkShares(maps: AttentionMaps): Float32Array {
	const { layers, heads, length, probabilities } = maps;
	return Float32Array.from({ length: layers * heads }, (_, map) => {
		let sum = 0;
		for (let query = 0; query < length; query++) sum += probabilities[(map * length + query) * length];
		return sum / length;
	});
}

/** The keys with the most attention of a query, strongest first; without keys that have no number. */
export function topKeys(
	maps: AttentionMaps,
	layer: number,
	head: number,
	query: number,
	count: number,
): { key: number; probability: number }[] {
	const row = mapOffset(maps, layer, head) + query * maps.length;
	return Array.from({ length: query + 1 }, (_, key) => ({ key, probability: maps.probabilities[row + key] }))
		.filter(({ probability }) => !Number.isNaN(probability))
		.sort((a, b) => b.probability - a.probability)
		.slice(0, count);
}

/** Attention of a query to all keys, or the mean over queries (null). Less than 1 only if a sink logit takes the rest. */
export function rowSum(maps: AttentionMaps, { layer, head, query }: { layer: number; head: number; query: number | null }): number {
	const { length, probabilities } = maps;
	const from = mapOffset(maps, layer, head) + (query ?? 0) * length;
	const rows = query === null ? length : 1;
	let sum = 0;
	for (let i = from; i < from + rows * length; i++) sum += probabilities[i];
	return sum / rows;
}

/** True if the head has a sink on the first token of this sequence. */
export const hasSink = (maps: AttentionMaps, layer: number, head: number): boolean =>
	sinkShares(maps)[layer * maps.heads + head] > SINK_THRESHOLD;

/** `layer 2, head 1: from “e” (12) to “<s>” (1)` */
export const cellText = ({ tokens }: AttentionMaps, { layer, head, query, key }: Cell): string =>
	`layer ${layer + 1}, head ${head + 1}: from ${tokenText(tokens, query)} to ${tokenText(tokens, key)}`;
