import { Matrix, SVD } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { stableRank } from '../../src/analysis/stableRank';
import { stream } from '../../src/data/random';

const random = stream(7, 'stable rank');
const drawn = (rows: number, width: number) => Float64Array.from({ length: rows * width }, () => random.normal());

/** Of the singular values of X itself, not of its Gram matrix. */
function bySingularValues(x: Float64Array, rows: number): number {
	const width = x.length / rows;
	const { diagonal } = new SVD(new Matrix(Array.from({ length: rows }, (_, r) => Array.from(x.subarray(r * width, (r + 1) * width)))), {
		autoTranspose: true,
	});
	return diagonal.reduce((sum, value) => sum + value ** 2, 0) / Math.max(...diagonal) ** 2;
}

/** Q₁ diag(values) Q₂ᵀ with random orthogonal Q: `values.length` rows and columns. */
function withSingularValues(values: readonly number[]): Float64Array {
	const size = values.length;
	const x = new Float64Array(size * size);
	for (let i = 0; i < size; i++) x[i * size + i] = values[i];
	const at = (transposed: boolean, r: number, c: number) => (transposed ? c * size + r : r * size + c);
	for (const transposed of [false, true])
		for (let n = 0; n < 4; n++) {
			const v = drawn(1, size);
			const square = v.reduce((sum, value) => sum + value ** 2, 0);
			for (let c = 0; c < size; c++) {
				let dot = 0;
				for (let r = 0; r < size; r++) dot += v[r] * x[at(transposed, r, c)];
				for (let r = 0; r < size; r++) x[at(transposed, r, c)] -= (2 * dot * v[r]) / square;
			}
		}
	return x;
}

describe('is ‖X‖²_F / ‖X‖²₂ as singular values have it', () => {
	it.each([
		[1, 1],
		[1, 64],
		[64, 1],
		[2, 2],
		[2, 3],
		[3, 40],
		[64, 64],
		[64, 16],
		[16, 64],
		[129, 65],
		[200, 7],
	])('for a random matrix of %i × %i', (rows, width) => {
		const x = drawn(rows, width);
		expect(stableRank(x, rows)).toBeCloseTo(bySingularValues(x, rows), 9);
	});

	it.each([1, 1 - 1e-3, 1 - 1e-7, 1 - 1e-12])('if the second is %f of the largest', (second) => {
		const values = [1, second, ...Array.from({ length: 30 }, (_, n) => 0.9 ** n / 2)];
		expect(stableRank(withSingularValues(values), values.length)).toBeCloseTo(
			values.reduce((sum, value) => sum + value ** 2, 0),
			9,
		);
	});

	it('at any scale', () => {
		const x = drawn(20, 12);
		const rank = stableRank(x, 20);
		for (const scale of [1e-38, 1e-6, 1e6, 1e38])
			expect(
				stableRank(
					x.map((value) => scale * value),
					20,
				),
			).toBeCloseTo(rank, 9);
	});
});

describe('at the extremes', () => {
	it('is 1 if all rows are multiples of one, some of them 0', () => {
		const [left, right] = [drawn(33, 1), drawn(1, 20)];
		left[0] = 0;
		left[32] = 0;
		expect(
			stableRank(
				Float64Array.from({ length: 33 * 20 }, (_, at) => left[Math.floor(at / 20)] * right[at % 20]),
				33,
			),
		).toBeCloseTo(1, 9);
		expect(
			stableRank(
				Float64Array.from({ length: 12 }, (_, at) => (at === 7 ? 3 : 0)),
				3,
			),
		).toBe(1);
		expect(stableRank(Float32Array.of(0.3, -0.1, 0.7), 1)).toBe(1);
	});

	it('is the whole rank if all directions are equally large', () => {
		expect(stableRank(withSingularValues(new Array(24).fill(2)), 24)).toBeCloseTo(24, 9);
		expect(stableRank(Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), 3)).toBeCloseTo(3, 12);
	});

	it('is 0 for zeros and NaN for NaN', () => {
		expect(stableRank(new Float32Array(12), 3)).toBe(0);
		expect(stableRank(Float64Array.of(1, Number.NaN, 2, 3), 2)).toBeNaN();
		expect(stableRank(Float64Array.of(1, Number.POSITIVE_INFINITY, 2, 3), 2)).toBeNaN();
	});
});
