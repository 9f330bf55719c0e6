import { expectShapes, type KernelCall, type Op } from '../op';
import { columnsOf, rowsOf, sameShape, strideOf } from '../tensor';

/** Backward of `columnSoftmax` from its result: dx_nc = p_nc (dy_nc − Σ_m p_mc dy_mc); p, dy [N, C] → [N, C]. */
export const columnSoftmaxGradient: Op = {
	name: 'columnSoftmaxGradient',
	differentiable: [],
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
			{ kernel: 'columnSoftmaxGradient', bindings: { p, dy, dx }, uniforms: { rows: rowsOf(p.shape), vectors }, extent: [vectors, 1, 1] },
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 1] }, { shape: [3, 1] }], attributes: {} },
		{ inputs: [{ shape: [1, 1] }, { shape: [1, 1] }], attributes: {} },
		{ inputs: [{ shape: [67, 6] }, { shape: [67, 6] }], attributes: {} },
	],
};
