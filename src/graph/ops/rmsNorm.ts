import { type Kernel, type KernelCall, perRow, perWorkgroup, strips, UNUSED } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, rowsOf, sameShape, strideOf } from '../tensor';
import { partialsOf, reduceRows } from './twoPassSums';

const rmsNormKernel = perRow('rmsNorm', 'rms_norm');
const rmsNormGradientKernel = perRow('rmsNormGradient', 'rms_norm_gradient');
const weightGradientKernel: Kernel = {
	...strips('rmsNormWeightGradient', 'rms_norm_weight_gradient', 32),
	onSubgroups: () => ({ overrides: { SIZE: 8 } }),
};

const groupsOfRows = perWorkgroup('rmsNormGradients', 'rms_norm_gradients');

/** Both gradients in one dispatch, with a group of rows per workgroup, or on a GPU per four workgroups. */
const bothGradientsKernel: Kernel = {
	...groupsOfRows,
	overrides: { SHARES: 4 },
	grid(extent, sizes) {
		const [x, y] = groupsOfRows.grid(extent, sizes);
		return [x, y, sizes.SHARES];
	},
	// Software adapters gain nothing from a batch, and it takes time to compile.
	onSubgroups: () => ({ overrides: { LANES: 1, ROWS: 8, SHARES: 1 }, constants: { BATCH: 1 } }),
};

/**
 * y = x / √(mean(x²) + ε) ⊙ w, row by row: x [N, d], w [d] → y [N, d], and 1/√(…) [N] for the backward pass.
 * Source: Zhang and Sennrich, arXiv 1910.07467.
 */
export const rmsNorm = defineOp<{ epsilon: number }>({
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
			return 1 / Math.sqrt(squares / width + epsilon);
		});
		return [x.map((value, i) => value * inverse[Math.floor(i / width)] * w[i % width]), inverse];
	},
	gradient({ graph, node, outputGradient: dy }) {
		const [x, w] = node.inputs;
		return graph.apply(rmsNormGradient, [x, w, node.outputs[1], dy]);
	},
	lower({ inputs: [x, weight], outputs: [y, inverseRms], attributes }): KernelCall[] {
		const rows = rowsOf(x.shape);
		return [
			{
				kernel: rmsNormKernel,
				bindings: { x, weight, y, inverseRms },
				uniforms: { rows, columns: columnsOf(x.shape), vectors: strideOf(x.shape) / 4, epsilon: attributes.epsilon },
				extent: [rows, 1, 1],
				normalisation: { x, weight, y, inverse: inverseRms, epsilon: attributes.epsilon },
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 5] }, { shape: [5] }], attributes: { epsilon: 1e-5 } },
		{ inputs: [{ shape: [1, 1] }, { shape: [1] }], attributes: { epsilon: 1e-5 } },
		{ inputs: [{ shape: [67, 64] }, { shape: [64] }], attributes: { epsilon: 1e-5 } },
		{ inputs: [{ shape: [5, 1031] }, { shape: [1031] }], attributes: { epsilon: 1e-5 } },
	],
});

/** Rows that each workgroup sums in the first pass of the weight gradient. */
const ROWS_PER_GROUP = 64;

/**
 * Backward of RMSNorm, with r = 1/√(mean(x²) + ε) from the forward pass:
 *
 *     dx = r·w⊙dy − x·r³·⟨w⊙dy, x⟩/d (+ residual)        dw = Σ_rows r·x⊙dy
 *
 * x [N, d], w [d], r [N], dy [N, d], residual [N, d] → dx [N, d], dw [d].
 */
export const rmsNormGradient = defineOp({
	name: 'rmsNormGradient',
	residualInput: () => 4,
	shape(shapes) {
		const [x, w, inverse, dy, residual] = shapes;
		expectShapes(
			shapes.length >= 4 && sameShape(x, dy) && (!residual || sameShape(x, residual)) && rowsOf(x) === inverse[0],
			'rmsNormGradient',
			shapes,
			'takes x, w, 1/rms, dy',
		);
		return [{ shape: x }, { shape: w }];
	},
	reference([x, w, inverse, dy, residual], [shape]) {
		const width = columnsOf(shape);
		const dx = new Float64Array(x.length);
		const dw = new Float64Array(width);
		for (let row = 0; row < rowsOf(shape); row++) {
			const r = inverse[row];
			let inner = 0;
			for (let c = 0; c < width; c++) inner += w[c] * dy[row * width + c] * x[row * width + c];
			for (let c = 0; c < width; c++) {
				const i = row * width + c;
				dx[i] = r * w[c] * dy[i] - (x[i] * r ** 3 * inner) / width + (residual?.[i] ?? 0);
				dw[c] += r * x[i] * dy[i];
			}
		}
		return [dx, dw];
	},
	lower({ inputs: [x, weight, inverseRms, dy, residual], outputs: [dx, dw] }, { isUsed, fuse }): KernelCall[] {
		const rows = rowsOf(x.shape);
		const vectors = strideOf(x.shape) / 4;
		const groups = Math.ceil(rows / ROWS_PER_GROUP);
		const partials = partialsOf(groups, 4 * vectors);
		if (fuse && isUsed(dx) && isUsed(dw))
			return [
				{
					kernel: bothGradientsKernel,
					bindings: { x, weight, inverseRms, dy, residual: residual ?? UNUSED, dx, partials },
					uniforms: {
						rows,
						columns: columnsOf(x.shape),
						vectors,
						hasResidual: residual ? 1 : 0,
						rowsPerGroup: ROWS_PER_GROUP,
						groups,
					},
					extent: [groups, 1, 1],
				},
				reduceRows(groups, vectors, dw),
			];
		const calls: KernelCall[] = [];
		if (isUsed(dx))
			calls.push({
				kernel: rmsNormGradientKernel,
				bindings: { x, weight, inverseRms, dy, residual: residual ?? UNUSED, dx },
				uniforms: { rows, columns: columnsOf(x.shape), vectors, hasResidual: residual ? 1 : 0 },
				extent: [rows, 1, 1],
			});
		if (isUsed(dw))
			calls.push(
				{
					kernel: weightGradientKernel,
					bindings: { x, inverseRms, dy, partials },
					uniforms: { rows, vectors, rowsPerGroup: ROWS_PER_GROUP, groups },
					extent: [vectors, groups, 1],
				},
				reduceRows(groups, vectors, dw),
			);
		return calls;
	},
	samples: [
		{ inputs: [{ shape: [3, 5] }, { shape: [5] }, { shape: [3] }, { shape: [3, 5] }], attributes: {} },
		{ inputs: [{ shape: [1, 1] }, { shape: [1] }, { shape: [1] }, { shape: [1, 1] }], attributes: {} },
		{ inputs: [{ shape: [211, 34] }, { shape: [34] }, { shape: [211] }, { shape: [211, 34] }, { shape: [211, 34] }], attributes: {} },
		{ inputs: [{ shape: [9, 1031] }, { shape: [1031] }, { shape: [9] }, { shape: [9, 1031] }], attributes: {} },
	],
});
