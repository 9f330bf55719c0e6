/** Strips under the columns of the open map: one number per key. */
import type { ForwardPass } from '../../experiment/records/forwardPass';
import type { Frame } from '../../experiment/records/frame';
import { tokenImportance } from '../measures/frameMeasures';

export interface StripKind {
	name: 'importance' | 'value' | 'mixed' | 'hidden' | 'loss';
	/** As in the paper. */
	letter: string;
	formula: string;
	/** One sentence. */
	help: string;
}

// biome-ignore format: a table reads by its columns
export const STRIPS: readonly StripKind[] = [
	{ name: 'importance', letter: 'p', formula: 'p_j = Σ_i Ā_ij / Σ_ij Ā_ij', help: 'Token importance: the key’s share of all attention, mean over the layer’s heads. A sink stands out.' },
	{ name: 'value', letter: '‖v‖', formula: '‖v_j‖ of V_n', help: 'Length of the key’s own value vector, mean over KV heads. A drained value is far below the others.' },
	{ name: 'mixed', letter: '‖v′‖', formula: '‖v′_j‖ of V′_n, e.g. λ₁V₁ + λ₂V_n', help: 'Length of the value that attention reads, after the method mixes values.' },
	{ name: 'hidden', letter: '‖h‖', formula: '‖h_j‖ at the block’s output', help: 'Length of the hidden state. A peak at the first token goes together with its sink.' },
	{ name: 'loss', letter: 'loss', formula: '−ln p(next token)', help: 'Cross-entropy of the token after this one, nats, or the squared error of a vector; empty if the task predicts none.' },
];

/** Numbers of each key [T], by strip. */
export type Strips = Partial<Record<StripKind['name'], Float32Array>>;

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
		const row = (values: Float32Array) => values.subarray(layer * frame.length, (layer + 1) * frame.length);
		strips = {
			importance: tokenImportance(frame, layer),
			value: row(frame.valueNorms),
			mixed: row(frame.mixedNorms),
			hidden: row(frame.hiddenNorms),
			...(pass && { loss: pass.losses }),
		};
		layers.set(layer, strips);
	}
	return strips;
}

/** The largest number of each strip, over all columns: bars of two methods can be compared. */
export function topsOf(columns: readonly Strips[]): Record<StripKind['name'], number> {
	const tops = { importance: 0, value: 0, mixed: 0, hidden: 0, loss: 0 };
	for (const strips of columns)
		for (const { name } of STRIPS) for (const value of strips[name] ?? []) if (value > tops[name]) tops[name] = value;
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
