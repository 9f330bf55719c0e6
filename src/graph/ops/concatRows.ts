import { type KernelCall, perElement, UNUSED } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, paddedSizeOf, rowsOf, type Shape, sameShape, strideOf, type Tensor } from '../tensor';

const concatRowsKernel = perElement('concatRows', 'concat_rows');
const sliceRowsKernel = perElement('sliceRows', 'slice_rows');

/**
 * Concatenates matrices of the same width along their rows: x₁ [N₁, C], x₂ [N₂, C], … → [N₁ + N₂ + …, C]. Cross-layer
 * attention concatenates the keys and values of two layers. Scalars [1] become a column [N, 1].
 */
export const concatRows = defineOp({
	name: 'concatRows',
	stacksRows: true,
	shape(shapes) {
		expectShapes(
			shapes.length >= 1 && shapes.every((shape) => columnsOf(shape) === columnsOf(shapes[0])),
			'concatRows',
			shapes,
			'takes matrices of one width',
		);
		return [{ shape: [shapes.reduce((rows, shape) => rows + rowsOf(shape), 0), columnsOf(shapes[0])] }];
	},
	reference: (inputs) => [Float64Array.from(inputs.flatMap((input) => [...input]))],
	gradient({ graph, node, outputGradient, needed }) {
		let first = 0;
		return node.inputs.map(({ shape }, i) => {
			const start = first;
			first += rowsOf(shape);
			return needed[i] ? graph.apply(sliceRows, [outputGradient], { first: start, shape })[0] : undefined;
		});
	},
	lower({ inputs, outputs: [out] }): KernelCall[] {
		const vectorsOf = (tensor: Tensor | undefined) => (tensor ? paddedSizeOf(tensor.shape) / 4 : 0);
		const calls: KernelCall[] = [];
		let start = 0;
		for (let i = 0; i < inputs.length; i += 2) {
			const [x, y] = [inputs[i], inputs.at(i + 1)];
			const vectors = vectorsOf(x) + vectorsOf(y);
			calls.push({
				kernel: concatRowsKernel,
				bindings: { x, y: y ?? UNUSED, out },
				uniforms: { vectors, vectorsX: vectorsOf(x), start },
				extent: [vectors, 1, 1],
			});
			start += vectors;
		}
		return calls;
	},
	samples: [
		{ inputs: [{ shape: [5, 3] }, { shape: [2, 3] }], attributes: {} },
		{ inputs: [{ shape: [1] }, { shape: [1] }, { shape: [1] }], attributes: {} },
		{ inputs: [{ shape: [2, 1] }, { shape: [1] }], attributes: {} },
		{ inputs: [{ shape: [67, 18] }, { shape: [67, 18] }], attributes: {} },
		{ inputs: [{ shape: [3, 8] }], attributes: {} },
	],
});

/** Rows of x [N, C] from `first` on, as many as `shape` has and in that shape (+ residual). The gradient of `concatRows`. */
export const sliceRows = defineOp<{ first: number; shape: Shape }>({
	name: 'sliceRows',
	residualInput: () => 1,
	shape(shapes, attributes) {
		const [x, residual] = shapes;
		const shape = attributes.shape;
		const first = attributes.first;
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
		const start = first * columnsOf(of);
		const rows = x.subarray(start, start + rowsOf(shape) * columnsOf(of));
		return [rows.map((value, i) => value + (residual?.[i] ?? 0))];
	},
	lower({ inputs: [x, residual], outputs: [out], attributes }): KernelCall[] {
		const vectors = paddedSizeOf(out.shape) / 4;
		return [
			{
				kernel: sliceRowsKernel,
				bindings: { x, residual: residual ?? UNUSED, out },
				uniforms: { vectors, start: (attributes.first * strideOf(x.shape)) / 4, hasResidual: residual ? 1 : 0 },
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
});
