import { expectShapes, type KernelCall, type Op } from '../op';
import { columnsOf, paddedSizeOf, rowsOf, type Shape, sameShape, strideOf } from '../tensor';

/** Rows first.. of x [N, C], as many as `shape` has, in that shape (+ residual): the gradient of `concatRows`. */
export const sliceRows: Op = {
	name: 'sliceRows',
	differentiable: [],
	residualInput: 1,
	shape(shapes, attributes) {
		const [x, residual] = shapes;
		const shape = attributes.shape as Shape;
		const first = attributes.first as number;
		expectShapes(
			columnsOf(shape) === columnsOf(x) && first >= 0 && first + rowsOf(shape) <= rowsOf(x),
			'sliceRows',
			shapes,
			`has no rows from ${first} in the shape [${shape.join('×')}]`,
		);
		expectShapes(!residual || sameShape(residual, shape), 'sliceRows', shapes, 'the residual must have the shape of the slice');
		return [{ shape }];
	},
	reference([x, residual], [of], { first, shape }) {
		const start = (first as number) * columnsOf(of);
		const rows = x.subarray(start, start + rowsOf(shape as Shape) * columnsOf(of));
		return [rows.map((value, i) => value + (residual?.[i] ?? 0))];
	},
	lower({ inputs: [x, residual], outputs: [out], attributes }): KernelCall[] {
		const vectors = paddedSizeOf(out.shape) / 4;
		return [
			{
				kernel: 'sliceRows',
				bindings: { x, residual: residual ?? { scratch: 'unused', floats: 4 }, out },
				uniforms: { vectors, start: ((attributes.first as number) * strideOf(x.shape)) / 4, hasResidual: residual ? 1 : 0 },
				extent: [vectors, 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [7, 3] }], attributes: { first: 2, shape: [4, 3] } },
		{ inputs: [{ shape: [5, 1] }], attributes: { first: 4, shape: [1] } },
		{ inputs: [{ shape: [134, 18] }, { shape: [67, 18] }], attributes: { first: 67, shape: [67, 18] } },
		{ inputs: [{ shape: [10, 8] }], attributes: { first: 0, shape: [10, 8] } },
	],
};
