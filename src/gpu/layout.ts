import { columnsOf, paddedSizeOf, rowsOf, type Shape, strideOf } from '../graph/tensor';

/** Pads each row of row-major numbers with zeros to whole vec4s, as kernels require. */
export function pad(
	numbers: ArrayLike<number>,
	shape: Shape,
	dtype: 'f32' | 'i32' = 'f32',
): Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> {
	const [columns, stride] = [columnsOf(shape), strideOf(shape)];
	const padded = dtype === 'f32' ? new Float32Array(paddedSizeOf(shape)) : new Int32Array(paddedSizeOf(shape));
	for (let row = 0; row < rowsOf(shape); row++) for (let c = 0; c < columns; c++) padded[row * stride + c] = numbers[row * columns + c];
	return padded;
}

/** The reverse of `pad`. */
export function unpad(padded: Float32Array, shape: Shape): Float32Array<ArrayBuffer> {
	const [columns, stride] = [columnsOf(shape), strideOf(shape)];
	if (columns === stride) return padded.slice(0, rowsOf(shape) * columns);
	const numbers = new Float32Array(rowsOf(shape) * columns);
	for (let row = 0; row < rowsOf(shape); row++) numbers.set(padded.subarray(row * stride, row * stride + columns), row * columns);
	return numbers;
}
