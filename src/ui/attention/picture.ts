import { useMemo } from 'react';
import { parseMethod } from '../../experiment/methods/names';
import { formatProbability } from '../shared/format';
import type { ColumnView } from './columns';
import type { Drawn, Explorer } from './explorer';
import { probabilityAt, rowSum } from './maps';
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

/** Sums further below 1 than rounding are those of a sink logit. */
const ROUNDING = 1e-4;

/**
 * Sum of the chosen query's row, or the mean over a head's rows if no query is chosen (null). Null if there is no sink logit,
 * neither the method's nor an intervention's.
 */
export function sinkRowSum({ run, intervention }: ColumnView, { maps }: Picture, at: Parameters<typeof rowSum>[1]): number | null {
	const parsed = parseMethod(run.info.method);
	if (!intervention.sinkLogit && !(parsed.ok && parsed.method.attentionSink)) return null;
	return rowSum(maps, { ...at, query: null }) < 1 - ROUNDING ? rowSum(maps, at) : null;
}
