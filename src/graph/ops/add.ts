import { type KernelCall, UNUSED } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { paddedSizeOf, sameShape } from '../tensor';
import { mixKernel, NO_WEIGHT } from './mix';

/** x + y, of the same shape. Autodiff sums gradients with it. The compiler folds most sums into the op before. */
export const add = defineOp({
	name: 'add',
	isSum: true,
	shape(shapes) {
		expectShapes(shapes.length === 2 && sameShape(shapes[0], shapes[1]), 'add', shapes, 'takes two tensors of one shape');
		return [{ shape: shapes[0] }];
	},
	reference: ([x, y]) => [x.map((value, i) => value + y[i])],
	gradient: ({ outputGradient: dy }) => [dy, dy],
	lower({ inputs: [x, y], outputs: [out] }): KernelCall[] {
		const vectors = paddedSizeOf(out.shape) / 4;
		return [
			{
				kernel: mixKernel,
				bindings: { x, y, weights: UNUSED, out },
				uniforms: { vectors, indexX: NO_WEIGHT, indexY: NO_WEIGHT, scaleX: 1, scaleY: 1, hasY: 1, accumulate: 0 },
				extent: [vectors, 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 5] }, { shape: [3, 5] }], attributes: {} },
		{ inputs: [{ shape: [1] }, { shape: [1] }], attributes: {} },
		{ inputs: [{ shape: [67, 18] }, { shape: [67, 18] }], attributes: {} },
	],
});
