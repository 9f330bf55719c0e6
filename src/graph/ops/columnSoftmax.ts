import { type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, rowsOf, sameShape, strideOf } from '../tensor';

const columnSoftmaxKernel = perElement('columnSoftmax', 'column_softmax');
const columnSoftmaxGradientKernel = perElement('columnSoftmaxGradient', 'column_softmax_gradient');

/** Softmax over each column: x [N, C] → p [N, C] with Σ_n p_nc = 1. For small inputs, such as one λ per layer. */
export const columnSoftmax = defineOp({
	name: 'columnSoftmax',
	fullPrecision: () => [0],
	shape(shapes) {
		expectShapes(shapes.length === 1 && rowsOf(shapes[0]) >= 1, 'columnSoftmax', shapes, 'takes x [N, C]');
		return [{ shape: shapes[0] }];
	},
	reference([x], [shape]) {
		const width = columnsOf(shape);
		const column = (c: number) => x.filter((_, i) => i % width === c);
		const tops = Array.from({ length: width }, (_, c) => Math.max(...column(c)));
		const totals = tops.map((top, c) => column(c).reduce((sum, value) => sum + Math.exp(value - top), 0));
		return [x.map((value, i) => Math.exp(value - tops[i % width]) / totals[i % width])];
	},
	gradient: ({ graph, node, outputGradient: dy }) => [graph.apply(columnSoftmaxGradient, [node.outputs[0], dy])[0]],
	lower({ inputs: [x], outputs: [out] }): KernelCall[] {
		const vectors = strideOf(x.shape) / 4;
		return [
			{
				kernel: columnSoftmaxKernel,
				bindings: { x, out },
				uniforms: { rows: rowsOf(x.shape), columns: columnsOf(x.shape), vectors },
				extent: [vectors, 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 1] }], attributes: {} },
		{ inputs: [{ shape: [1, 1] }], attributes: {} },
		{ inputs: [{ shape: [67, 6] }], attributes: {} },
		{ inputs: [{ shape: [3, 2], numbers: [-1000, 90, 1000, 91, 999, 89] }], attributes: {} },
	],
});

/** Backward of `columnSoftmax` from its result: dx_nc = p_nc (dy_nc − Σ_m p_mc dy_mc); p, dy [N, C] → [N, C]. */
export const columnSoftmaxGradient = defineOp({
	name: 'columnSoftmaxGradient',
	fullPrecision: () => [0],
	shape(shapes) {
		expectShapes(shapes.length === 2 && sameShape(shapes[0], shapes[1]), 'columnSoftmaxGradient', shapes, 'takes p and dy of one shape');
		return [{ shape: shapes[0] }];
	},
	reference([p, dy], [shape]) {
		const width = columnsOf(shape);
		const inner = new Float64Array(width);
		p.forEach((value, i) => {
			inner[i % width] += value * dy[i];
		});
		return [p.map((value, i) => value * (dy[i] - inner[i % width]))];
	},
	lower({ inputs: [p, dy], outputs: [dx] }): KernelCall[] {
		const vectors = strideOf(p.shape) / 4;
		return [
			{
				kernel: columnSoftmaxGradientKernel,
				bindings: { p, dy, dx },
				uniforms: { rows: rowsOf(p.shape), vectors },
				extent: [vectors, 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 1] }, { shape: [3, 1] }], attributes: {} },
		{ inputs: [{ shape: [1, 1] }, { shape: [1, 1] }], attributes: {} },
		{ inputs: [{ shape: [67, 6] }, { shape: [67, 6] }], attributes: {} },
	],
});
