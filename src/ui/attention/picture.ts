import { useMemo } from 'react';
import type { ColumnView } from './columns';
import { DISPLAYS, type Display, displayed } from './display';
import type { Drawn, Explorer } from './explorer';
import { probabilityAt } from './maps';
import type { Picture } from './paint';

/** The picture of a column; the same object for the same maps, so that it is painted once. */
export function usePicture({ frame, intervened }: ColumnView, drawn: Drawn, display: Display): Picture | null {
	const attention = intervened && drawn !== 'baseline' ? intervened.frame : frame;
	const minus = intervened && drawn === 'difference' ? frame : null;
	return useMemo(
		() => attention && { maps: displayed(attention, display), minus: minus && displayed(minus, display), attention },
		[attention, minus, display],
	);
}

/** The number at the cell, such as attention `0.345`, and with the intervention, `0.345 → 0.120`. Empty if no cell is chosen. */
export function valueText(
	{ frame, intervened }: ColumnView,
	{ layer, head, place, display }: Pick<Explorer, 'layer' | 'head' | 'place' | 'display'>,
): string {
	if (!frame || !place || place.query >= frame.length || place.key >= frame.length) return '';
	const cell = { ...place, layer: Math.min(layer, frame.layers - 1), head: Math.min(head, frame.heads - 1) };
	const { format } = DISPLAYS[display];
	const value = format(probabilityAt(displayed(frame, display), cell));
	return intervened ? `${value} → ${format(probabilityAt(displayed(intervened.frame, display), cell))}` : value;
}
