import { useRef } from 'react';
import type { MapHandlers } from './mapView';
import type { Place, View } from './place';

/** The cell under the pointer. */
export function placeAt(event: React.MouseEvent, view: View, unit: number): Place {
	const rect = event.currentTarget.getBoundingClientRect();
	const at = (position: number, from: number) => Math.min(view.count - 1, Math.max(0, Math.floor((position - from) / unit)));
	return { query: view.query + at(event.clientY, rect.top), key: view.key + at(event.clientX, rect.left) };
}

/** Pointer handlers of the cells of a map of `length` tokens: hovering points at a cell, a click locks it, a drag moves a zoomed view. */
export function useMapPointer(view: View, unit: number, length: number, handlers: MapHandlers) {
	/** Start of the drag, and the tokens by which it has moved the view. */
	const drag = useRef<{ x: number; y: number; queries: number; keys: number } | null>(null);
	const panned = useRef(false);
	const end = () => {
		drag.current = null;
	};
	return {
		onPointerDown(event: React.PointerEvent) {
			panned.current = false;
			if (view.count >= length) return;
			drag.current = { x: event.clientX, y: event.clientY, queries: 0, keys: 0 };
			event.currentTarget.setPointerCapture(event.pointerId);
		},
		onPointerMove(event: React.PointerEvent) {
			const from = drag.current;
			if (!from || !handlers.onPan) {
				if (event.pointerType === 'mouse') handlers.onPoint(placeAt(event, view, unit));
				return;
			}
			const queries = Math.round((from.y - event.clientY) / unit);
			const keys = Math.round((from.x - event.clientX) / unit);
			if (queries === from.queries && keys === from.keys) return;
			panned.current = true;
			handlers.onPan(queries - from.queries, keys - from.keys, length);
			drag.current = { ...from, queries, keys };
		},
		onPointerUp: end,
		onPointerCancel: end,
		onPointerLeave: () => handlers.onPoint(null),
		onClick(event: React.MouseEvent) {
			if (!panned.current) handlers.onClick(placeAt(event, view, unit));
		},
	};
}
