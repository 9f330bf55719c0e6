import { elementOf, type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, paddedSizeOf, rowsOf, type Shape, sameShape, strideOf, type Tensor } from '../tensor';
import { partialsOf, reduceRows } from './twoPassSums';

const headNormKernel = perElement('headNorm', 'head_norm');
const headNormGradientKernel = perElement('headNormGradient', 'head_norm_gradient');
const weightGradientKernel = perElement('headNormWeightGradient', 'head_norm_weight_gradient');

/** Heads of x [N, heads·dh] and their size, from the shape of the weight [dh]. */
const headsOf = (x: Shape, weight: Shape) => ({ heads: columnsOf(x) / columnsOf(weight), size: columnsOf(weight) });

function headUniforms(x: Tensor, weight: Tensor, inverse: Tensor) {
	const { heads, size } = headsOf(x.shape, weight.shape);
	const { width, constants } = elementOf(size);
	return {
		uniforms: {
			rows: rowsOf(x.shape),
			heads,
			columns: size,
			headElements: size / width,
			stride: strideOf(x.shape) / width,
			inverseStride: strideOf(inverse.shape),
		},
		constants,
		width,
	};
}

/**
 * RMSNorm over each head: y = x / √(mean(x²) + ε) ⊙ w, x [N, heads·dh], one w [dh] for all heads → y [N, heads·dh], and
 * 1/√(…) [N, heads] for the backward pass. A head's columns are no rows of memory unless vec4s divide it.
 */
export const headNorm = defineOp<{ epsilon: number }>({
	name: 'headNorm',
	fullPrecision: () => [1],
	shape(shapes) {
		const [x, w] = shapes;
		expectShapes(
			shapes.length === 2 && w.length === 1 && w[0] % 2 === 0 && columnsOf(x) % w[0] === 0,
			'headNorm',
			shapes,
			'takes x [N, H·dh] and w [dh], dh even',
		);
		return [{ shape: x }, { shape: [rowsOf(x), headsOf(x, w).heads] }];
	},
	reference([x, w], [shape, weight], { epsilon }) {
		const { heads, size } = headsOf(shape, weight);
		const inverse = new Float64Array(rowsOf(shape) * heads).map((_, i) => {
			const squares = x.subarray(i * size, (i + 1) * size).reduce((sum, value) => sum + value * value, 0);
			return 1 / Math.sqrt(squares / size + epsilon);
		});
		return [x.map((value, i) => value * inverse[Math.floor(i / size)] * w[i % size]), inverse];
	},
	gradient({ graph, node, outputGradient: dy }) {
		const [x, w] = node.inputs;
		return graph.apply(headNormGradient, [x, w, node.outputs[1], dy]);
	},
	lower({ inputs: [x, weight], outputs: [y, inverseRms], attributes: { epsilon } }): KernelCall[] {
		const { uniforms, constants } = headUniforms(x, weight, inverseRms);
		return [
			{
				kernel: headNormKernel,
				bindings: { x, weight, y, inverseRms },
				uniforms: { ...uniforms, epsilon },
				constants,
				extent: [paddedSizeOf(inverseRms.shape), 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 6] }, { shape: [2] }], attributes: { epsilon: 1e-5 } },
		{ inputs: [{ shape: [1, 8] }, { shape: [8] }], attributes: { epsilon: 1e-5 } },
		{ inputs: [{ shape: [67, 18] }, { shape: [6] }], attributes: { epsilon: 1e-5 } },
		{ inputs: [{ shape: [131, 40] }, { shape: [8] }], attributes: { epsilon: 1e-3 } },
	],
});

/** Rows that one invocation of the weight gradient's first pass sums. */
const ROWS_PER_GROUP = 16;

/**
 * Backward of `headNorm` with r = 1/√(mean(x²) + ε) of each head:
 *
 *     dx = r·w⊙dy − x·r³·⟨w⊙dy, x⟩/dh        dw = Σ over rows and heads of r·x⊙dy
 *
 * x [N, H·dh], w [dh], r [N, H], dy [N, H·dh] → dx [N, H·dh], dw [dh].
 */
export const headNormGradient = defineOp({
	name: 'headNormGradient',
	shape(shapes) {
		const [x, w, inverse, dy] = shapes;
		expectShapes(
			shapes.length === 4 && sameShape(x, dy) && sameShape(inverse, [rowsOf(x), headsOf(x, w).heads]),
			'headNormGradient',
			shapes,
			'takes x [N, H·dh], w [dh], 1/rms [N, H] and dy [N, H·dh]',
		);
		return [{ shape: x }, { shape: w }];
	},
	reference([x, w, inverse, dy], [shape, weight]) {
		const { heads, size } = headsOf(shape, weight);
		const dx = new Float64Array(x.length);
		const dw = new Float64Array(size);
		for (let n = 0; n < rowsOf(shape) * heads; n++) {
			const r = inverse[n];
			let inner = 0;
			for (let c = 0; c < size; c++) inner += w[c] * dy[n * size + c] * x[n * size + c];
			for (let c = 0; c < size; c++) {
				const i = n * size + c;
				dx[i] = r * w[c] * dy[i] - (x[i] * r ** 3 * inner) / size;
				dw[c] += r * x[i] * dy[i];
			}
		}
		return [dx, dw];
	},
	lower({ inputs: [x, weight, inverseRms, dy], outputs: [dx, dw] }, { isUsed }): KernelCall[] {
		const { uniforms, constants, width } = headUniforms(x, weight, inverseRms);
		const { columns: _, ...shared } = uniforms;
		const groups = Math.ceil(uniforms.rows / ROWS_PER_GROUP);
		const stride = strideOf(weight.shape);
		const calls: KernelCall[] = [];
		if (isUsed(dx))
			calls.push({
				kernel: headNormGradientKernel,
				bindings: { x, weight, inverseRms, dy, dx },
				uniforms,
				constants,
				extent: [uniforms.rows * uniforms.heads, 1, 1],
			});
		if (isUsed(dw))
			calls.push(
				{
					kernel: weightGradientKernel,
					bindings: { x, inverseRms, dy, partials: partialsOf(groups, stride) },
					uniforms: { ...shared, rowsPerGroup: ROWS_PER_GROUP, groups, partialStride: stride / width },
					constants,
					extent: [(groups * stride) / width, 1, 1],
				},
				reduceRows(groups, stride / 4, dw),
			);
		return calls;
	},
	samples: [
		{ inputs: [{ shape: [3, 6] }, { shape: [2] }, { shape: [3, 3] }, { shape: [3, 6] }], attributes: {} },
		{ inputs: [{ shape: [1, 8] }, { shape: [8] }, { shape: [1, 1] }, { shape: [1, 8] }], attributes: {} },
		{ inputs: [{ shape: [67, 18] }, { shape: [6] }, { shape: [67, 3] }, { shape: [67, 18] }], attributes: {} },
		{ inputs: [{ shape: [131, 40] }, { shape: [8] }, { shape: [131, 5] }, { shape: [131, 40] }], attributes: {} },
	],
});
