import { type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, rowsOf, sizeOf, strideOf } from '../tensor';

const correctKernel = perElement('correct', 'correct');

/**
 * Correctness of predictions: logits [N, V], targets [N] → [N]. 1 if the target has the largest logit, else 0. Of equal logits
 * the first counts as the largest. 0 for ignored targets, which are below 0.
 */
export const correct = defineOp({
	name: 'correct',
	shape(shapes) {
		const [logits, targets] = shapes;
		expectShapes(shapes.length === 2 && rowsOf(logits) === sizeOf(targets), 'correct', shapes, 'takes logits [N, V] and targets [N]');
		return [{ shape: [rowsOf(logits)] }];
	},
	reference([logits, targets], [shape]) {
		const width = columnsOf(shape);
		return [
			targets.map((target, row) => {
				const z = logits.subarray(row * width, (row + 1) * width);
				return z.indexOf(Math.max(...z)) === target ? 1 : 0;
			}),
		];
	},
	lower({ inputs: [logits, targets], outputs: [out] }): KernelCall[] {
		const rows = rowsOf(logits.shape);
		return [
			{
				kernel: correctKernel,
				bindings: { logits, targets, out },
				uniforms: { rows, columns: columnsOf(logits.shape), stride: strideOf(logits.shape) },
				extent: [rows, 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [1, 1] }, { shape: [1], dtype: 'i32', below: 1 }], attributes: {} },
		{ inputs: [{ shape: [301, 3] }, { shape: [301], dtype: 'i32', below: 3, ignoreSome: true }], attributes: {} },
		{
			inputs: [
				{ shape: [2, 3], numbers: [5, 5, 1, 0, 2, 2] },
				{ shape: [2], dtype: 'i32', numbers: [0, 2] },
			],
			attributes: {},
		},
	],
});
