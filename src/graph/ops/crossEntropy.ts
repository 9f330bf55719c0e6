import { type KernelCall, perRow, perWorkgroup } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, rowsOf, sizeOf, strideOf } from '../tensor';
import { meanOf } from './finalSums';
import { mix } from './mix';

const countTargets = perWorkgroup('countTargets', 'count_targets');
const crossEntropyRows = perRow('crossEntropy', 'cross_entropy');

/**
 * Softmax cross-entropy, forward and gradient in one pass over the logits: logits [N, V], targets [N], count [1] →
 *
 *     loss [1] = mean of log Σ e^z − z_target over the targets that are not ignored, nats
 *     losses [N] of each row; 0 if the target is ignored, which is below 0
 *     d loss / d logits [N, V] = (softmax(z) − onehot)/count; 0 in ignored rows
 *
 * `count` may be left out: it is then the number of targets that are not ignored, at least 1. Of a micro-batch, which is a part
 * of the rows, it is that of all rows, so that the losses and the gradients of all parts add up.
 */
export const crossEntropy = defineOp({
	name: 'crossEntropy',
	// The gradient of the loss is multiplied by a scale before it can underflow.
	fullPrecision: () => [0, 1, 2],
	differentiable: [0],
	shape(shapes) {
		const [logits, targets, count] = shapes;
		expectShapes(
			shapes.length >= 2 && rowsOf(logits) === sizeOf(targets) && (!count || sizeOf(count) === 1),
			'crossEntropy',
			shapes,
			'takes logits [N, V] and targets [N], and possibly a count [1]',
		);
		return [{ shape: [1] }, { shape: [rowsOf(logits)] }, { shape: logits }];
	},
	reference([logits, targets, given], [shape]) {
		const width = columnsOf(shape);
		const count = given?.[0] ?? Math.max(1, targets.filter((target) => target >= 0).length);
		const losses = new Float64Array(targets.length);
		const gradient = new Float64Array(logits.length);
		targets.forEach((target, row) => {
			if (target < 0) return;
			const z = logits.subarray(row * width, (row + 1) * width);
			const top = Math.max(...z);
			const sum = z.reduce((total, value) => total + Math.exp(value - top), 0);
			losses[row] = top + Math.log(sum) - z[target];
			z.forEach((value, c) => {
				gradient[row * width + c] = (Math.exp(value - top) / sum - (c === target ? 1 : 0)) / count;
			});
		});
		return [Float64Array.of(losses.reduce((total, loss) => total + loss, 0) / count), losses, gradient];
	},
	gradient({ graph, node, outputGradient: dLoss }) {
		const dLogits = node.outputs[2];
		return [dLoss === graph.one ? dLogits : graph.apply(mix, [dLoss, dLogits], { indices: [0] })[0]];
	},
	lower({ inputs: [logits, targets, count], outputs: [loss, losses, dLogits] }, { isUsed }): KernelCall[] {
		const rows = rowsOf(logits.shape);
		const writeGradient = isUsed(dLogits);
		const counted = count ?? { scratch: `number of ${targets.name} for ${loss.name}`, floats: 4, shared: true };
		const counting: KernelCall = {
			kernel: countTargets,
			bindings: { targets, counted },
			uniforms: { rows },
			extent: [1, 1, 1],
			count: { targets, rows, counted },
		};
		return [
			...(count ? [] : [counting]),
			{
				kernel: crossEntropyRows,
				bindings: { logits, targets, counted, losses, dLogits: writeGradient ? dLogits : { scratch: 'unwritten', floats: 4 } },
				uniforms: { rows, columns: columnsOf(logits.shape), vectors: strideOf(logits.shape) / 4, writeGradient: writeGradient ? 1 : 0 },
				extent: [rows, 1, 1],
			},
			meanOf({ losses, rows, counted, count: 0, mean: loss }),
		];
	},
	samples: [
		{ inputs: [{ shape: [5, 7] }, { shape: [5], dtype: 'i32', below: 7, ignoreSome: true }], attributes: {} },
		{ inputs: [{ shape: [1, 1] }, { shape: [1], dtype: 'i32', below: 1 }], attributes: {} },
		{
			inputs: [{ shape: [6, 9] }, { shape: [6], dtype: 'i32', below: 9, ignoreSome: true }, { shape: [1], numbers: [14] }],
			attributes: {},
		},
		{ inputs: [{ shape: [300, 89] }, { shape: [300], dtype: 'i32', below: 89, ignoreSome: true }], attributes: {} },
		{
			inputs: [
				{ shape: [2, 3], numbers: [-200, 300, 0, 90, 90, 90] },
				{ shape: [2], dtype: 'i32', numbers: [0, 2] },
			],
			attributes: {},
		},
	],
});
