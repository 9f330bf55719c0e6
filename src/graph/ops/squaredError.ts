import { type KernelCall, perRow, UNUSED } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, rowsOf, sameShape, strideOf } from '../tensor';
import { meanOf } from './finalSums';
import { mix } from './mix';

const squaredErrorRows = perRow('squaredError', 'squared_error');

/**
 * Mean squared error, forward and gradient in one pass: predictions y [N, n], targets t [N, n] →
 *
 *     loss [1] = mean of (y − t)² over all N·n numbers
 *     losses [N] of each row: the mean over its n numbers
 *     d loss / d y [N, n] = 2 (y − t)/(N·n)
 *
 * Of a micro-batch, `rows` is that of the whole batch, in place of N: the losses and the gradients of all parts then add up.
 */
export const squaredError = defineOp<{ rows?: number }>({
	name: 'squaredError',
	fullPrecision: () => [0, 1, 2],
	differentiable: [0],
	shape(shapes) {
		const [predictions, targets] = shapes;
		expectShapes(
			shapes.length === 2 && predictions.length === 2 && sameShape(predictions, targets),
			'squaredError',
			shapes,
			'takes predictions [N, n] and targets of the same shape',
		);
		return [{ shape: [1] }, { shape: [rowsOf(predictions)] }, { shape: predictions }];
	},
	reference([predictions, targets], [shape], { rows = rowsOf(shape) }) {
		const width = columnsOf(shape);
		const differences = predictions.map((value, i) => value - targets[i]);
		const losses = Float64Array.from(
			{ length: rowsOf(shape) },
			(_, row) => differences.subarray(row * width, (row + 1) * width).reduce((sum, value) => sum + value * value, 0) / width,
		);
		const loss = losses.reduce((sum, value) => sum + value, 0) / rows;
		return [Float64Array.of(loss), losses, differences.map((value) => (2 * value) / (rows * width))];
	},
	gradient({ graph, node, outputGradient: dLoss }) {
		const dPredictions = node.outputs[2];
		return [dLoss === graph.one ? dPredictions : graph.apply(mix, [dLoss, dPredictions], { indices: [0] })[0]];
	},
	lower({ inputs: [predictions, targets], outputs: [loss, losses, dPredictions], attributes }, { isUsed }): KernelCall[] {
		const { shape } = predictions;
		const rows = rowsOf(shape);
		const count = attributes.rows ?? rows;
		const writeGradient = isUsed(dPredictions);
		return [
			{
				kernel: squaredErrorRows,
				bindings: { predictions, targets, losses, dPredictions: writeGradient ? dPredictions : { scratch: 'unwritten', floats: 4 } },
				uniforms: {
					rows,
					columns: columnsOf(shape),
					vectors: strideOf(shape) / 4,
					writeGradient: writeGradient ? 1 : 0,
					scale: 1 / (count * columnsOf(shape)),
				},
				extent: [rows, 1, 1],
			},
			meanOf({ losses, rows, counted: UNUSED, count, mean: loss }),
		];
	},
	samples: [
		{ inputs: [{ shape: [5, 7] }, { shape: [5, 7] }], attributes: {} },
		{ inputs: [{ shape: [1, 1] }, { shape: [1, 1] }], attributes: {} },
		{ inputs: [{ shape: [5, 7] }, { shape: [5, 7] }], attributes: { rows: 15 } },
		{ inputs: [{ shape: [301, 16] }, { shape: [301, 16] }], attributes: {} },
		{ inputs: [{ shape: [3, 150] }, { shape: [3, 150] }], attributes: {} },
	],
});
