/** Colours of a grid of numbers, one row per layer. Plain functions. */
import { colourTable, differenceTable, type ScaleName, type Shade } from '../../theme/attentionScale';

/** Numbers by row and column, row-major; NaN where there is none. */
export interface Grid {
	rows: number;
	columns: number;
	values: Float32Array;
}

export interface GridColours {
	scale: ScaleName;
	/** The far end of the scale; of signed numbers, in both directions. */
	limit: number;
	/** True if some numbers are below 0. */
	signed: boolean;
	shade: Shade;
}

/** The largest size of the numbers of all grids, which share a scale; 1 if all are 0. */
export function largest(grids: readonly Grid[]): number {
	let most = 0;
	for (const { values } of grids) for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
	return most > 0 ? most : 1;
}

/**
 * ImageData's words of `across` × rows pixels, one row each. A pixel that stands for several columns shows the number farthest
 * from 0, so that a single token stays visible. Numbers that are NaN are the background.
 */
export function gridPixels({ rows, columns, values }: Grid, across: number, { scale, limit, signed, shade }: GridColours): Uint32Array {
	const colours = signed ? differenceTable(scale, shade) : colourTable(scale, shade);
	const last = colours.length - 1;
	const zero = signed ? last / 2 : 0;
	const pixels = new Uint32Array(across * rows);
	for (let row = 0; row < rows; row++) {
		for (let x = 0; x < across; x++) {
			const from = Math.floor((x * columns) / across);
			const end = Math.max(from + 1, Math.floor(((x + 1) * columns) / across));
			let farthest = 0;
			for (let i = row * columns + from; i < row * columns + end; i++) if (Math.abs(values[i]) > Math.abs(farthest)) farthest = values[i];
			pixels[row * across + x] = colours[Math.min(last, Math.max(0, Math.round(zero + ((last - zero) * farthest) / limit)))];
		}
	}
	return pixels;
}
