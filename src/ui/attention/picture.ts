import { useMemo } from 'react';
import { formatProbability } from '../shared/format';
import type { ColumnView } from './columns';
import type { Drawn, Explorer } from './explorer';
import { probabilityAt } from './maps';
import type { Picture } from './paint';

/** The picture of a column; the same object for the same maps, so that it is painted once. */
export function usePicture({ frame, intervened }: ColumnView, drawn: Drawn): Picture | null {
	const maps = intervened && drawn !== 'baseline' ? intervened.frame : frame;
	const minus = intervened && drawn === 'difference' ? frame : null;
	return useMemo(() => maps && { maps, minus }, [maps, minus]);
}

/** Attention at the cell, `0.345`, and with the intervention, `0.345 → 0.120`. Empty if no cell is chosen. */
export function valueText({ frame, intervened }: ColumnView, { layer, head, place }: Pick<Explorer, 'layer' | 'head' | 'place'>): string {
	if (!frame || !place || place.query >= frame.length || place.key >= frame.length) return '';
	const cell = { ...place, layer: Math.min(layer, frame.layers - 1), head: Math.min(head, frame.heads - 1) };
	const value = formatProbability(probabilityAt(frame, cell));
	return intervened ? `${value} → ${formatProbability(probabilityAt(intervened.frame, cell))}` : value;
}
