import { elementOf, type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, rowsOf, strideOf } from '../tensor';

const ropeKernel = perElement('rope', 'rope');

/**
 * Rotary position embedding of channel pairs (i, i + dh/2), as in Hugging Face's Llama. For a head x at position t,
 *
 *     y_i = x_i cos − x_{i+dh/2} sin,   y_{i+dh/2} = x_{i+dh/2} cos + x_i sin,   angle t·θ^(−2i/dh)
 *
 * x [B·T, H·dh], cos and sin [T, dh/2]. `inverse` is the opposite rotation, which is also the gradient. Source: Su et al.,
 * arXiv 2104.09864.
 */
export const rope = defineOp<{ heads: number; inverse: boolean }>({
	name: 'rope',
	differentiable: [0],
	shape(shapes, { heads }) {
		const [x, cos, sin] = shapes;
		expectShapes(
			shapes.length === 3 && columnsOf(x) === 2 * heads * columnsOf(cos) && rowsOf(x) % cos[0] === 0 && sin[0] === cos[0],
			'rope',
			shapes,
			`takes x [B·T, ${heads}·dh], cos and sin [T, dh/2]`,
		);
		return [{ shape: x }];
	},
	reference([x, cos, sin], [shape, [length, half]], { heads, inverse }) {
		const width = columnsOf(shape);
		const out = new Float64Array(x.length);
		for (let row = 0; row < rowsOf(shape); row++)
			for (let h = 0; h < heads; h++)
				for (let i = 0; i < half; i++) {
					const at = row * width + h * 2 * half + i;
					const c = cos[(row % length) * half + i];
					const s = sin[(row % length) * half + i] * (inverse ? -1 : 1);
					out[at] = x[at] * c - x[at + half] * s;
					out[at + half] = x[at + half] * c + x[at] * s;
				}
		return [out];
	},
	gradient({ graph, node, outputGradient: dy }) {
		const [, cos, sin] = node.inputs;
		return [graph.apply(node.op, [dy, cos, sin], { ...node.attributes, inverse: !node.attributes.inverse })[0]];
	},
	lower({ inputs: [x, cos, sin], outputs: [y], attributes }): KernelCall[] {
		const half = columnsOf(cos.shape);
		const { width, constants } = elementOf(half);
		const rows = rowsOf(x.shape);
		const pairs = (attributes.heads * half) / width;
		return [
			{
				kernel: ropeKernel,
				bindings: { x, cos, sin, y },
				uniforms: {
					rows,
					length: cos.shape[0],
					pairs,
					half: half / width,
					stride: strideOf(x.shape) / width,
					tableStride: strideOf(cos.shape) / width,
					direction: attributes.inverse ? -1 : 1,
				},
				constants,
				extent: [rows * pairs, 1, 1],
				rotation: { x, out: y, cos, sin, direction: attributes.inverse ? -1 : 1 },
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [6, 4] }, { shape: [3, 1] }, { shape: [3, 1] }], attributes: { heads: 2, inverse: false } },
		{ inputs: [{ shape: [10, 18] }, { shape: [5, 3] }, { shape: [5, 3] }], attributes: { heads: 3, inverse: false } },
		{ inputs: [{ shape: [14, 64] }, { shape: [7, 8] }, { shape: [7, 8] }], attributes: { heads: 4, inverse: true } },
		{ inputs: [{ shape: [26, 12] }, { shape: [13, 2] }, { shape: [13, 2] }], attributes: { heads: 3, inverse: false } },
	],
});
