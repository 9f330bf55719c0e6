import { useMemo, useState } from 'react';
import type { Display } from './display';
import { clickOn, type Explorer, free, INITIAL, moveBy, openMap, panBy, pointAt, zoomBy, zoomOut } from './explorer';
import type { Place } from './place';

/** The handlers that change the explorer. */
export type ExplorerActions = ReturnType<typeof useExplorer>['actions'];

/** The state of the panel, and its handlers, which stay the same objects, so that columns need not render again. */
export function useExplorer() {
	const [explorer, apply] = useState<Explorer>(INITIAL);
	const actions = useMemo(
		() => ({
			patch: (change: Partial<Explorer>) => apply((before) => ({ ...before, ...change })),
			onDisplay: (display: Display) => apply((before) => ({ ...before, display })),
			onPoint: (place: Place | null) => apply(pointAt(place)),
			onClick: (place: Place) => apply(clickOn(place)),
			onPan: (queries: number, keys: number, length: number) => apply(panBy(queries, keys, length)),
			onOpen: (layer: number, head: number) => apply(openMap(layer, head)),
			onChoose: (column: number, group: string) =>
				apply((before) => ({ ...before, follows: false, chosen: Object.assign([...before.chosen], { [column]: group }) })),
			onFocus: (focus: number) =>
				apply((before) => (before.focus === focus && !before.follows ? before : { ...before, focus, follows: false })),
			onZoom: (direction: 1 | -1, length: number) => apply(zoomBy(direction, length)),
			onZoomOut: () => apply(zoomOut),
			onMoveCell: (key: string, length: number) => apply(moveBy(key, length)),
			onUnlock: () => apply(free),
		}),
		[],
	);
	return { explorer, actions };
}
