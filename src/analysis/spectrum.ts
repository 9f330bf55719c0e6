import { Matrix, SVD } from 'ml-matrix';
import { gram } from './gram';

/** Share of the sum of squared singular values that `spectrum99` counts. */
const SHARE = 0.99;

/** Largest Σ width³ over layers with which costly measurements repeat during training. They then take about a tenth of a second. */
const WORTH = 2 ** 22;

/** True if costly measurements of a model are fast enough to repeat while it trains. */
export const worthCostly = ({ layers, hiddenSize }: { layers: number; hiddenSize: number }): boolean => layers * hiddenSize ** 3 <= WORTH;

/**
 * Smallest number of squared singular values of `states` [rows, width] that make up 99 % of their sum. Centred, it is the
 * number of directions in which the rows differ from their mean; uncentred, the mean is a direction too. The time grows with
 * the cube of the smaller side.
 */
export function spectrum99(states: ArrayLike<number>, rows: number, { centre }: { centre: boolean }): number {
	const { size, entries } = gram(centre ? centred(states, rows) : new Float64Array(states), rows);
	const squares = new SVD(symmetric(entries, size), {
		computeLeftSingularVectors: false,
		computeRightSingularVectors: false,
	}).diagonal;
	const total = squares.reduce((sum, value) => sum + value, 0);
	let held = 0;
	let count = 0;
	do held += squares[count++];
	while (count < squares.length && held / total < SHARE);
	return count;
}

function centred(states: ArrayLike<number>, rows: number): Float64Array {
	const width = states.length / rows;
	const out = new Float64Array(states);
	for (let c = 0; c < width; c++) {
		let sum = 0;
		for (let r = 0; r < rows; r++) sum += out[r * width + c];
		for (let r = 0; r < rows; r++) out[r * width + c] -= sum / rows;
	}
	return out;
}

function symmetric(lower: Float64Array, size: number): Matrix {
	const out = new Matrix(size, size);
	for (let i = 0; i < size; i++)
		for (let j = 0; j <= i; j++) {
			out.set(i, j, lower[i * size + j]);
			out.set(j, i, lower[i * size + j]);
		}
	return out;
}
