import { elementOf, type KernelCall, perElement, UNUSED } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, paddedSizeOf, rowsOf, sameShape, strideOf } from '../tensor';

const joinColumnsKernel = perElement('joinColumns', 'join_columns');
const keepColumnsKernel = perElement('keepColumns', 'keep_columns');

/** Columns `split`.. of y [N, C] behind the first `split` columns of x [N, ≥ split] → [N, C]. */
export const joinColumns = defineOp<{ split: number }>({
	name: 'joinColumns',
	isRowwise: true,
	shape(shapes, { split }) {
		const [x, y] = shapes;
		expectShapes(
			shapes.length === 2 && rowsOf(x) === rowsOf(y) && split >= 1 && split <= columnsOf(x) && split <= columnsOf(y),
			'joinColumns',
			shapes,
			`takes x and y with at least ${split} columns, of as many rows`,
		);
		return [{ shape: y }];
	},
	reference([x, y], shapes, { split }) {
		const [wide, width] = shapes.map(columnsOf);
		return [y.map((value, i) => (i % width < split ? x[Math.floor(i / width) * wide + (i % width)] : value))];
	},
	gradient({ graph, node, outputGradient: dy, needed }) {
		const [x, y] = node.inputs;
		const { split } = node.attributes;
		const part = (begin: number, end: number, width: number) => graph.apply(keepColumns, [dy], { begin, end, width })[0];
		return [
			needed[0] ? part(0, split, columnsOf(x.shape)) : undefined,
			needed[1] ? part(split, columnsOf(y.shape), columnsOf(y.shape)) : undefined,
		];
	},
	lower({ inputs: [x, y], outputs: [out], attributes: { split } }): KernelCall[] {
		const { width, constants } = elementOf(split);
		const elements = paddedSizeOf(out.shape) / width;
		return [
			{
				kernel: joinColumnsKernel,
				bindings: { x, y, out },
				uniforms: { elements, split: split / width, strideX: strideOf(x.shape) / width, stride: strideOf(out.shape) / width },
				constants,
				extent: [elements, 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 4] }, { shape: [3, 6] }], attributes: { split: 4 } },
		{ inputs: [{ shape: [5, 6] }, { shape: [5, 18] }], attributes: { split: 6 } },
		{ inputs: [{ shape: [67, 18] }, { shape: [67, 18] }], attributes: { split: 12 } },
		{ inputs: [{ shape: [2, 3] }, { shape: [2, 5] }], attributes: { split: 3 } },
	],
});

/** Gradient of `joinColumns`: x [N, C] → [N, width], columns begin..end−1 of x in their places, and zeros elsewhere (+ residual). */
export const keepColumns = defineOp<{ begin: number; end: number; width: number }>({
	name: 'keepColumns',
	residualInput: () => 1,
	shape(shapes, { begin, end, width }) {
		const [x, residual] = shapes;
		const shape = [rowsOf(x), width];
		expectShapes(
			begin >= 0 && begin <= end && end <= Math.min(columnsOf(x), width),
			'keepColumns',
			shapes,
			`has no columns ${begin} to ${end}`,
		);
		expectShapes(!residual || sameShape(residual, shape), 'keepColumns', shapes, 'the residual must have the shape of the result');
		return [{ shape }];
	},
	reference([x, residual], [shape], { begin, end, width }) {
		const wide = columnsOf(shape);
		return [
			Float64Array.from({ length: rowsOf(shape) * width }, (_, i) => {
				const column = i % width;
				const kept = column >= begin && column < end ? x[Math.floor(i / width) * wide + column] : 0;
				return kept + (residual?.[i] ?? 0);
			}),
		];
	},
	lower({ inputs: [x, residual], outputs: [out], attributes: { begin, end } }): KernelCall[] {
		// x is padded with zeros after its last column, up to a whole vec4.
		const { width, constants } = elementOf(end === columnsOf(x.shape) ? begin : begin | end);
		const elements = paddedSizeOf(out.shape) / width;
		return [
			{
				kernel: keepColumnsKernel,
				bindings: { x, residual: residual ?? UNUSED, out },
				uniforms: {
					elements,
					begin: begin / width,
					end: Math.ceil(end / width),
					strideX: strideOf(x.shape) / width,
					stride: strideOf(out.shape) / width,
					hasResidual: residual ? 1 : 0,
				},
				constants,
				extent: [elements, 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 6] }], attributes: { begin: 0, end: 4, width: 4 } },
		{ inputs: [{ shape: [5, 18] }], attributes: { begin: 0, end: 6, width: 6 } },
		{ inputs: [{ shape: [5, 18] }, { shape: [5, 18] }], attributes: { begin: 6, end: 18, width: 18 } },
		{ inputs: [{ shape: [67, 18] }], attributes: { begin: 12, end: 18, width: 18 } },
		{ inputs: [{ shape: [2, 5] }], attributes: { begin: 3, end: 5, width: 5 } },
	],
});
