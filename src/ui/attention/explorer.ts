/** State of the attention panel: plain data, and functions from one state to the next. */
import type { ScaleName } from '../theme/attentionScale';
import type { Display } from './display';
import { clamped, countAt, largestZoom, movedBy, type Place, type View, viewAround, viewMoved, viewWith } from './place';

/** Side of an intervention that maps show. `beside` shows both, in two columns. */
export const DRAWN = ['baseline', 'intervened', 'difference', 'beside'] as const;
export type Drawn = (typeof DRAWN)[number];

export interface Explorer {
	/** Chosen group of each column; null = that of `pair`, or else the first one that is free. */
	chosen: readonly (string | null)[];
	/** Until the user chooses something, the groups, layer, head and step follow the place where maps differ most. */
	follows: boolean;
	/** The groups whose maps differ most. */
	pair: readonly string[];
	seed: number | null;
	/** The column whose run the interventions act on. */
	focus: number;
	layer: number;
	head: number;
	/** The cell under the pointer, or the locked one. */
	place: Place | null;
	locked: boolean;
	zoom: number;
	/** The part in view; null = the whole map. */
	view: View | null;
	/** The recorded step shown; null = the latest, which follows training. */
	step: number | null;
	display: Display;
	scale: ScaleName;
	range: 'fixed' | 'own';
	drawn: Drawn;
}

export const INITIAL: Explorer = {
	chosen: [],
	follows: true,
	pair: [],
	seed: null,
	focus: 0,
	// Methods differ from the second layer on.
	layer: 1,
	head: 0,
	place: null,
	locked: false,
	zoom: 0,
	view: null,
	step: null,
	display: 'attention',
	scale: 'root',
	range: 'fixed',
	drawn: 'intervened',
};

export type Change = (before: Explorer) => Explorer;

const same = (a: Place | null, b: Place | null) => a === b || (a !== null && b !== null && a.query === b.query && a.key === b.key);

/** The pointer is over a cell, or over none. A locked cell stays. */
export const pointAt =
	(place: Place | null): Change =>
	(before) =>
		before.locked || same(before.place, place) ? before : { ...before, place };

/** A click on a cell locks it; a second one frees it. */
export const clickOn =
	(place: Place): Change =>
	(before) =>
		before.locked && same(before.place, place) ? { ...before, locked: false } : { ...before, place, locked: true, follows: false };

/** Escape frees the cell. */
export const free: Change = (before) => (before.locked ? { ...before, place: null, locked: false } : before);

/** A key moves the cell and locks it there; the view follows. Begins at the last query's first key. */
export const moveBy =
	(key: string, length: number): Change =>
	(before) => {
		const from = clamped(before.place ?? { query: length - 1, key: 0 }, length);
		const place = movedBy(key, from, length);
		if (!place) return before;
		return { ...before, place, locked: true, follows: false, view: before.view && viewWith(before.view, place) };
	};

/** The whole map. */
export const zoomOut: Change = (before) => ({ ...before, zoom: 0, view: null });

/** One zoom step in (1) or out (−1), around the cell; without one the view keeps its corner. */
export const zoomBy =
	(direction: 1 | -1, length: number): Change =>
	(before) => {
		const zoom = Math.min(largestZoom(length), Math.max(0, before.zoom + direction));
		if (zoom === before.zoom) return before;
		if (zoom === 0) return zoomOut(before);
		const count = countAt(length, zoom);
		const { place, view } = before;
		const next = place ? viewAround(clamped(place, length), count, length) : viewMoved({ query: 0, key: 0, ...view, count }, 0, 0, length);
		return { ...before, zoom, view: next };
	};

/** The view moves by whole tokens. */
export const panBy =
	(queries: number, keys: number, length: number): Change =>
	(before) =>
		before.view ? { ...before, view: viewMoved(before.view, queries, keys, length) } : before;

/** The part of a map of `length` tokens in view. */
export const viewOf = ({ view }: Pick<Explorer, 'view'>, length: number): View =>
	view && view.count <= length ? viewMoved(view, 0, 0, length) : { query: 0, key: 0, count: length };

/** Opens a layer and head in every column. */
export const openMap =
	(layer: number, head: number): Change =>
	(before) =>
		before.layer === layer && before.head === head ? { ...before, follows: false } : { ...before, layer, head, follows: false };
