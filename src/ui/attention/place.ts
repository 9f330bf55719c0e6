/** The chosen cell of a map, and the part of the map in view. Positions count from 0. */

export interface Place {
	query: number;
	key: number;
}

/** The part of a map in view: `count` queries and keys from its corner on. */
export interface View extends Place {
	count: number;
}

const within = (value: number, most: number): number => Math.min(most, Math.max(0, value));

const KEYS: Record<string, [queries: number, keys: number]> = {
	ArrowUp: [-1, 0],
	ArrowDown: [1, 0],
	ArrowLeft: [0, -1],
	ArrowRight: [0, 1],
	Home: [0, Number.NEGATIVE_INFINITY],
	End: [0, Number.POSITIVE_INFINITY],
	PageUp: [-10, 0],
	PageDown: [10, 0],
};

/** The place that a keyboard key moves to on a map of `length` tokens, never above the diagonal; null for other keys. */
export function movedBy(name: string, { query, key }: Place, length: number): Place | null {
	const step = KEYS[name];
	if (!step) return null;
	const next = within(query + step[0], length - 1);
	return { query: next, key: within(key + step[1], next) };
}

/** A place inside a map of `length` tokens, which may be shorter than the map it was chosen on. */
export const clamped = ({ query, key }: Place, length: number): Place => ({
	query: within(query, length - 1),
	key: within(key, length - 1),
});

/** A zoom never shows fewer tokens than these. */
const LEAST = 8;

/** Number of tokens in view; each zoom step halves it. */
export const countAt = (length: number, zoom: number): number => Math.min(length, Math.max(LEAST, Math.round(length / 2 ** zoom)));

/** The largest zoom of a map of `length` tokens. */
export const largestZoom = (length: number): number => Math.max(0, Math.ceil(Math.log2(length / LEAST)));

/** The view of `count` tokens with `place` in its middle, as far as the map reaches. */
export const viewAround = ({ query, key }: Place, count: number, length: number): View => ({
	query: within(query - Math.floor(count / 2), length - count),
	key: within(key - Math.floor(count / 2), length - count),
	count,
});

/** The view, moved as little as brings the place into it. */
export function viewWith(view: View, { query, key }: Place): View {
	const reach = (from: number, at: number) => (at < from ? at : at >= from + view.count ? at - view.count + 1 : from);
	const next = { ...view, query: reach(view.query, query), key: reach(view.key, key) };
	return next.query === view.query && next.key === view.key ? view : next;
}

/** The view moved by whole tokens, inside a map of `length`. */
export const viewMoved = (view: View, queries: number, keys: number, length: number): View => ({
	...view,
	query: within(view.query + queries, length - view.count),
	key: within(view.key + keys, length - view.count),
});
