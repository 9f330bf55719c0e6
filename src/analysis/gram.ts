/** Rows whose products are added at a time. Sums keep their order, and are loaded and stored a fourth as often. */
const ROWS = 4;

/**
 * The smaller of XᵀX and XXᵀ for `x` [rows, width], row-major [size, size] with size = min(rows, width). Only the lower
 * triangle is set. Its eigenvalues are the squared singular values of X.
 */
export function gram(x: Float64Array, rows: number): { size: number; entries: Float64Array } {
	const width = x.length / rows;
	const size = Math.min(rows, width);
	const entries = new Float64Array(size * size);
	if (rows < width) addRowProducts(x, width, entries, size);
	else addColumnProducts(x, rows, entries, size);
	return { size, entries };
}

/** XXᵀ: the products of any two rows. */
function addRowProducts(x: Float64Array, width: number, entries: Float64Array, size: number): void {
	for (let i = 0; i < size; i++)
		for (let j = 0; j <= i; j++) {
			let sum = 0;
			for (let c = 0; c < width; c++) sum += x[i * width + c] * x[j * width + c];
			entries[i * size + j] = sum;
		}
}

/** XᵀX: the products of any two columns, added row by row, as rows are what lies next to one another in memory. */
function addColumnProducts(x: Float64Array, rows: number, entries: Float64Array, size: number): void {
	const whole = rows - (rows % ROWS);
	for (let r = 0; r < whole; r += ROWS) {
		const [a, b, c, d] = [r * size, (r + 1) * size, (r + 2) * size, (r + 3) * size];
		for (let i = 0; i < size; i++) {
			const [xa, xb, xc, xd] = [x[a + i], x[b + i], x[c + i], x[d + i]];
			const row = i * size;
			for (let j = 0; j <= i; j++) entries[row + j] = entries[row + j] + xa * x[a + j] + xb * x[b + j] + xc * x[c + j] + xd * x[d + j];
		}
	}
	for (let r = whole; r < rows; r++)
		for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) entries[i * size + j] += x[r * size + i] * x[r * size + j];
}
