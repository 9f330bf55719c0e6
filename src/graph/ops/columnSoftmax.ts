import { expectShapes, type KernelCall, type Op } from '../op';
import { columnsOf, rowsOf, strideOf, type Tensor } from '../tensor';

/** Softmax down each column: x [N, C] → p [N, C] with Σ_n p_nc = 1. For a few weights at a time, such as a λ a layer. */
export const columnSoftmax: Op = {
	name: 'columnSoftmax',
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
	gradient: ({ graph, node, outputGradients: [dy] }) => [graph.apply('columnSoftmaxGradient', [node.outputs[0], dy as Tensor])[0]],
	lower({ inputs: [x], outputs: [out] }): KernelCall[] {
		const vectors = strideOf(x.shape) / 4;
		return [
			{
				kernel: 'columnSoftmax',
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
};
