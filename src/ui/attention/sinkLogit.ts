/** The share of attention that a sink logit takes: what a map's rows lack to 1. */
import { parseMethod, takesAttention } from '../../experiment/methods/names';
import type { AttentionMaps } from '../../experiment/records/frame';
import type { ColumnView } from './columns';
import { rowSum } from './maps';
import type { Picture } from './paint';

export const REST = 'The rest of a row goes to the sink logit, which belongs to no token and has no value.';

/** Sums further below 1 than rounding are those of a sink logit. */
const ROUNDING = 1e-4;

/** True if a sink logit takes attention: the method's or an intervention's. */
export function hasSinkLogit({ run, intervention }: ColumnView): boolean {
	const parsed = parseMethod(run.info.method);
	return intervention.sinkLogit || (parsed.ok && takesAttention(parsed.method));
}

/**
 * Sum of the chosen query's row, or the mean over a head's rows if no query is chosen (null). Null if there is no sink logit,
 * neither the method's nor an intervention's.
 */
export function sinkRowSum(column: ColumnView, { attention }: Picture, at: Parameters<typeof rowSum>[1]): number | null {
	if (!hasSinkLogit(column)) return null;
	return rowSum(attention, { ...at, query: null }) < 1 - ROUNDING ? rowSum(attention, at) : null;
}

/**
 * The sink logit's share of each row [T] of one map, or its change if the picture is a difference. Null without a sink logit,
 * and for pictures of other numbers than attention.
 */
export function sinkLogitShares(column: ColumnView, { maps, attention, minus }: Picture, layer: number, head: number): Float32Array | null {
	if (maps !== attention || !hasSinkLogit(column)) return null;
	const shares = sharesOf(attention, layer, head);
	if (minus) for (const [query, share] of sharesOf(minus, layer, head).entries()) shares[query] -= share;
	return shares.some((share) => Math.abs(share) > ROUNDING) ? shares : null;
}

/** One minus the sum of each row of a map, [T]. */
export const sharesOf = (maps: AttentionMaps, layer: number, head: number): Float32Array =>
	Float32Array.from({ length: maps.length }, (_, query) => 1 - rowSum(maps, { layer, head, query }));
