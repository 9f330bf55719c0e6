/** How memory and time grow with the sizes of a shape. */
import type { Shape } from './peers/lib/common.mjs';
import type { Sizes } from './shape';

/** Each size that grows, and the shape with this size multiplied. Wider layers have more heads of the same size, and a wider MLP. */
const GROWN = {
	layers: (shape, times) => ({ ...shape, L: shape.L * times }),
	hiddenSize: (shape, times) => ({ ...shape, D: shape.D * times, H: shape.H * times, F: shape.F * times }),
	sequenceLength: (shape, times) => ({ ...shape, T: shape.T * times }),
	batchSize: (shape, times) => ({ ...shape, B: shape.B * times }),
} satisfies Partial<Record<keyof Sizes, (shape: Shape, times: number) => Shape>>;

export type GrownSize = keyof typeof GROWN;
export const GROWN_SIZES = Object.keys(GROWN) as GrownSize[];

/** Factors of a size in the rows of its growth. The first row is the shape itself. */
export const FACTORS = [1, 2, 4] as const;

export const grown = (shape: Shape, size: GrownSize, times: number): Shape => GROWN[size](shape, times);

/** The numbers of a shape's line that growth is computed from. */
export interface Row {
	sizes: Sizes;
	flop: number;
	gpu_bytes: number;
	step_ms: number;
}

/** The line of a size's growth: the exponents of y ∝ sizeᵖ, and p of step_ms ∝ FLOPᵖ. */
export function growthLine(shape: string, size: GrownSize, rows: readonly Row[]) {
	const values = rows.map(({ sizes }) => sizes[size]);
	const numbers = (name: Exclude<keyof Row, 'sizes'>) => rows.map((row) => row[name]);
	const bytes = numbers('gpu_bytes');
	const rounded = (value: number) => Number(value.toFixed(3));
	return {
		growth: size,
		of: shape,
		values,
		exponents: {
			flop: rounded(exponent(values, numbers('flop'))),
			gpu_bytes: rounded(exponent(values, bytes)),
			added_bytes: rounded(addedExponent(values, bytes)),
			step_ms: rounded(exponent(values, numbers('step_ms'))),
			step_ms_by_flop: rounded(exponent(numbers('flop'), numbers('step_ms'))),
		},
	};
}

/** p of y ∝ xᵖ by least squares of log y on log x. NaN with fewer than two distinct x. */
export function exponent(xs: readonly number[], ys: readonly number[]): number {
	const [logX, logY] = [xs.map(Math.log), ys.map(Math.log)];
	const [meanX, meanY] = [mean(logX), mean(logY)];
	const slope = logX.map((x, i) => (x - meanX) * (logY[i] - meanY));
	const spread = logX.map((x) => (x - meanX) ** 2);
	return mean(slope) / mean(spread);
}

/**
 * `exponent` of what y = c + a·xᵖ gains from each x to the next, if the x are in a geometric sequence. The part c, which does not
 * grow, makes the exponent of y itself smaller than p.
 */
export const addedExponent = (xs: readonly number[], ys: readonly number[]): number =>
	exponent(
		xs.slice(1),
		ys.slice(1).map((y, i) => y - ys[i]),
	);

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
