/** Margins for the token names, CSS pixels: of queries on the left, of keys above. */
export const MARGIN = { left: 30, top: 30 } as const;

/** Side of a cell if `count` of them fit into `room` pixels: whole pixels if that costs little. */
export function unitFor(room: number, count: number): number {
	const exact = Math.max(0.5, Math.min(36, room / count));
	return Math.floor(exact) > 0.85 * exact ? Math.floor(exact) : exact;
}
