import { gram } from './gram';

/** Relative error at which the search for an eigenvalue stops. */
const PRECISION = 1e-13;

/**
 * ‖X‖²_F / ‖X‖²₂ for `x` [rows, width]: 1 if all rows are multiples of one, at most min(rows, width), and 0 if X is 0. The
 * time grows with rows · width · min(rows, width).
 */
export function stableRank(x: ArrayLike<number>, rows: number): number {
	const { size, entries } = gram(new Float64Array(x), rows);
	let squares = 0;
	for (let i = 0; i < size; i++) squares += entries[i * size + i];
	return squares === 0 ? 0 : squares / largestEigenvalue(entries, size);
}

/** A symmetric tridiagonal matrix: `off[i]` is the entry (i, i − 1), and off[0] = 0. */
interface Tridiagonal {
	diagonal: Float64Array;
	off: Float64Array;
}

/**
 * Largest eigenvalue of a nonnegative definite matrix, from its lower triangle, which is overwritten. It is exact however
 * close the next one is, unlike a power iteration, and far faster than all singular values. NaN if the matrix has a NaN.
 */
function largestEigenvalue(lower: Float64Array, size: number): number {
	const { diagonal, off } = tridiagonal(lower, size);
	let low = 0;
	let high = 0;
	for (let i = 0; i < size; i++) {
		low = Math.max(low, diagonal[i]);
		high = Math.max(high, diagonal[i] + Math.abs(off[i]) + Math.abs(off[i + 1] ?? 0));
	}
	while (high - low > PRECISION * high) {
		const middle = (low + high) / 2;
		if (exceedsEigenvalues({ diagonal, off }, middle)) high = middle;
		else low = middle;
	}
	return high;
}

/** True if `x` is larger than every eigenvalue: all pivots of the elimination of T − xI are negative. */
function exceedsEigenvalues({ diagonal, off }: Tridiagonal, x: number): boolean {
	let pivot = diagonal[0] - x;
	for (let i = 1; i < diagonal.length && pivot < 0; i++) pivot = diagonal[i] - x - off[i] ** 2 / pivot;
	return pivot < 0;
}

/** Reduces a symmetric matrix to tridiagonal form, last row first, with Householder reflections (Golub & Van Loan, section 8.3). */
function tridiagonal(lower: Float64Array, size: number): Tridiagonal {
	const diagonal = new Float64Array(size);
	const off = new Float64Array(size);
	for (let k = size - 1; k >= 0; k--) {
		diagonal[k] = lower[k * size + k];
		if (k > 0) off[k] = reflect(lower, size, k);
	}
	return { diagonal, off };
}

/**
 * Reflects the leading k × k block so that row k keeps one entry before the diagonal, and returns that entry. With v the
 * row minus the entry's unit vector: A ← A − v wᵀ − w vᵀ, w = p − (pᵀv / vᵀv) v, p = 2 A v / vᵀv.
 */
function reflect(lower: Float64Array, size: number, k: number): number {
	const v = lower.subarray(k * size, k * size + k);
	let rest = 0;
	for (let j = 0; j < k - 1; j++) rest += v[j] ** 2;
	if (rest === 0) return v[k - 1];
	const norm = Math.sqrt(rest + v[k - 1] ** 2);
	// The sign that does not cancel.
	const entry = v[k - 1] > 0 ? -norm : norm;
	v[k - 1] -= entry;
	const vv = rest + v[k - 1] ** 2;
	const w = new Float64Array(k);
	for (let i = 0; i < k; i++) {
		const [row, vi] = [i * size, v[i]];
		let sum = lower[row + i] * vi;
		for (let j = 0; j < i; j++) {
			sum += lower[row + j] * v[j];
			w[j] += lower[row + j] * vi;
		}
		w[i] += sum;
	}
	let pv = 0;
	for (let i = 0; i < k; i++) {
		w[i] *= 2 / vv;
		pv += w[i] * v[i];
	}
	for (let i = 0; i < k; i++) w[i] -= (pv / vv) * v[i];
	for (let i = 0; i < k; i++) {
		const [row, vi, wi] = [i * size, v[i], w[i]];
		for (let j = 0; j <= i; j++) lower[row + j] -= vi * w[j] + wi * v[j];
	}
	return entry;
}
