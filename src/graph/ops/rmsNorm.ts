import { expectShapes, type KernelCall, type Op } from '../op';
import { columnsOf, rowsOf, strideOf, type Tensor } from '../tensor';

/**
 * y = x / √(mean(x²) + ε) ⊙ w, row by row: x [N, d], w [d] → y [N, d], and 1/√(…) [N] for the backward pass.
 * Source: Zhang and Sennrich, arXiv 1910.07467.
 */
export const rmsNorm: Op = {
	name: 'rmsNorm',
	shape(shapes) {
		const [x, w] = shapes;
		expectShapes(shapes.length === 2 && w.length === 1 && w[0] === columnsOf(x), 'rmsNorm', shapes, 'takes x [N, d] and w [d]');
		return [{ shape: x }, { shape: [rowsOf(x)] }];
	},
	reference([x, w], [shape], { epsilon }) {
		const width = columnsOf(shape);
		const inverse = new Float64Array(rowsOf(shape)).map((_, row) => {
			const squares = x.subarray(row * width, (row + 1) * width).reduce((sum, value) => sum + value * value, 0);
			return 1 / Math.sqrt(squares / width + (epsilon as number));
		});
		return [x.map((value, i) => value * inverse[Math.floor(i / width)] * w[i % width]), inverse];
	},
	gradient({ graph, node, outputGradients: [dy] }) {
		const [x, w] = node.inputs;
		return graph.apply('rmsNormGradient', [x, w, node.outputs[1], dy as Tensor]);
	},
	lower({ inputs: [x, weight], outputs: [y, inverseRms], attributes }): KernelCall[] {
		const rows = rowsOf(x.shape);
		return [
			{
				kernel: 'rmsNorm',
				bindings: { x, weight, y, inverseRms },
				uniforms: { rows, columns: columnsOf(x.shape), vectors: strideOf(x.shape) / 4, epsilon: attributes.epsilon as number },
				extent: [rows, 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 5] }, { shape: [5] }], attributes: { epsilon: 1e-5 } },
		{ inputs: [{ shape: [1, 1] }, { shape: [1] }], attributes: { epsilon: 1e-5 } },
		{ inputs: [{ shape: [67, 64] }, { shape: [64] }], attributes: { epsilon: 1e-5 } },
		{ inputs: [{ shape: [5, 1031] }, { shape: [1031] }], attributes: { epsilon: 1e-5 } },
	],
};
