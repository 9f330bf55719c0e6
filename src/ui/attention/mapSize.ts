/** Margins for the token names, CSS pixels: of queries on the left, of keys above. */
export const MARGIN = { left: 30, top: 30 } as const;

/** The sink logit's column right of a map, CSS pixels. */
export const SINK_LOGIT = { gap: 5, width: 11 } as const;

/** Space right of a map for the sink logit's column, if it has one, CSS pixels. */
export const roomOf = (shares: Float32Array | null): number => (shares ? SINK_LOGIT.gap + SINK_LOGIT.width : 0);

/** Side of a cell if `count` of them fit into `room` pixels: whole pixels if that costs little. */
export function unitFor(room: number, count: number): number {
	const exact = Math.max(0.5, Math.min(36, room / count));
	return Math.floor(exact) > 0.85 * exact ? Math.floor(exact) : exact;
}
