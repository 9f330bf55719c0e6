/** Strips under the columns of the open map: one number per key. */
import type { ForwardPass } from '../../experiment/records/forwardPass';
import type { Frame } from '../../experiment/records/frame';
import { type FrameMeasure, POSITION_MEASURES, type PositionMeasure, positionValues } from '../measures/positionMeasures';

/** Numbers of each key [T], by strip. */
export type Strips = Partial<Record<PositionMeasure['name'], Float32Array>>;

/** Strips of a column: those shown, and the original ones behind them if an intervention changes them. */
export interface StripPair {
	shown: Strips;
	baseline: Strips | null;
}

/** Computed strips by their frame or forward pass: every move of the pointer asks for them again. */
const known = new WeakMap<object, Map<number, Strips>>();

/** The strips of one layer; the loss only of a forward pass. The same objects for the same arguments. */
export function stripsOf(frame: Frame, layer: number, pass: ForwardPass | null): Strips {
	const source = pass ?? frame;
	const layers = known.get(source) ?? new Map<number, Strips>();
	known.set(source, layers);
	let strips = layers.get(layer);
	if (!strips) {
		const values = (name: FrameMeasure['name']) => positionValues(frame, name, layer);
		strips = {
			importance: values('importance'),
			value: values('value'),
			mixed: values('mixed'),
			hidden: values('hidden'),
			...(pass && { loss: pass.losses }),
		};
		layers.set(layer, strips);
	}
	return strips;
}

/** The largest number of each strip, over all columns: bars of two methods can be compared. */
export function topsOf(columns: readonly Strips[]): Record<PositionMeasure['name'], number> {
	const tops = { importance: 0, value: 0, mixed: 0, hidden: 0, loss: 0 };
	for (const strips of columns)
		for (const { name } of POSITION_MEASURES) for (const value of strips[name] ?? []) if (value > tops[name]) tops[name] = value;
	return tops;
}

/** Bars from `first` on, `unit` pixels each, as an SVG path; gaps for NaN. */
export function barsPath(values: Float32Array, first: number, count: number, unit: number, height: number, top: number): string {
	const gap = unit >= 4 ? 1 : 0;
	let path = '';
	for (let i = 0; i < count; i++) {
		const value = values[first + i];
		if (!(value > 0) || !(top > 0)) continue;
		const x = i * unit;
		const y = height * (1 - Math.min(1, value / top));
		path += `M${x.toFixed(1)},${height}V${y.toFixed(1)}H${(x + unit - gap).toFixed(1)}V${height}Z`;
	}
	return path;
}

/** The same numbers as one level per token, to be drawn over bars. */
export function levelsPath(values: Float32Array, first: number, count: number, unit: number, height: number, top: number): string {
	let path = '';
	for (let i = 0; i < count; i++) {
		const value = values[first + i];
		if (!Number.isFinite(value) || !(top > 0)) continue;
		path += `M${(i * unit).toFixed(1)},${(height * (1 - Math.min(1, value / top))).toFixed(1)}h${unit.toFixed(1)}`;
	}
	return path;
}
