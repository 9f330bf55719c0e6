/**
 * The smaller of XᵀX and XXᵀ for `x` [rows, width], row-major [size, size] with size = min(rows, width). Only the lower
 * triangle is set. Its eigenvalues are the squared singular values of X.
 */
export function gram(x: ArrayLike<number>, rows: number): { size: number; entries: Float64Array } {
	const width = x.length / rows;
	const wide = rows < width;
	const [size, depth] = wide ? [rows, width] : [width, rows];
	const entries = new Float64Array(size * size);
	if (wide)
		for (let i = 0; i < size; i++)
			for (let j = 0; j <= i; j++) for (let c = 0; c < depth; c++) entries[i * size + j] += x[i * width + c] * x[j * width + c];
	else
		for (let r = 0; r < depth; r++)
			for (let i = 0; i < size; i++) {
				const left = x[r * width + i];
				for (let j = 0; j <= i; j++) entries[i * size + j] += left * x[r * width + j];
			}
	return { size, entries };
}
