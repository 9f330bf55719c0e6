import { useMemo } from 'react';
import { parseMethod, takesAttention } from '../../experiment/methods/names';
import type { ColumnView } from './columns';
import { DISPLAYS, type Display, displayed } from './display';
import type { Drawn, Explorer } from './explorer';
import { probabilityAt, rowSum } from './maps';
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

/** Sums further below 1 than rounding are those of a sink logit. */
const ROUNDING = 1e-4;

/**
 * Sum of the chosen query's row, or the mean over a head's rows if no query is chosen (null). Null if there is no sink logit,
 * neither the method's nor an intervention's.
 */
export function sinkRowSum({ run, intervention }: ColumnView, { attention }: Picture, at: Parameters<typeof rowSum>[1]): number | null {
	const parsed = parseMethod(run.info.method);
	if (!intervention.sinkLogit && !(parsed.ok && takesAttention(parsed.method))) return null;
	return rowSum(attention, { ...at, query: null }) < 1 - ROUNDING ? rowSum(attention, at) : null;
}
