import { expectShapes, type KernelCall, type Op } from '../op';
import { sizeOf, strideOf } from '../tensor';

/** dW[v] = Σ over positions n with token v of dy[n], in the order of n: the same bits every time. tokens [N], dy [N, d] → [V, d]. */
export const embeddingGradient: Op = {
	name: 'embeddingGradient',
	differentiable: [],
	shape(shapes, { vocabulary }) {
		const [tokens, dy] = shapes;
		expectShapes(
			shapes.length === 2 && dy.length === 2 && dy[0] === sizeOf(tokens),
			'embeddingGradient',
			shapes,
			'takes tokens [N] and dy [N, d]',
		);
		return [{ shape: [vocabulary as number, dy[1]] }];
	},
	reference([tokens, dy], [, [, width]], { vocabulary }) {
		const out = new Float64Array((vocabulary as number) * width);
		tokens.forEach((token, n) => {
			for (let c = 0; c < width; c++) out[token * width + c] += dy[n * width + c];
		});
		return [out];
	},
	lower({ inputs: [tokens, dy], outputs: [out] }): KernelCall[] {
		const vectors = strideOf(out.shape) / 4;
		return [
			{
				kernel: 'embeddingGradient',
				bindings: { tokens, dy, out },
				uniforms: { positions: sizeOf(tokens.shape), vocabulary: out.shape[0], vectors },
				extent: [vectors, out.shape[0], 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [7], dtype: 'i32', below: 5 }, { shape: [7, 6] }], attributes: { vocabulary: 5 } },
		{ inputs: [{ shape: [1], dtype: 'i32', below: 1 }, { shape: [1, 1] }], attributes: { vocabulary: 1 } },
		{ inputs: [{ shape: [301], dtype: 'i32', below: 3 }, { shape: [301, 34] }], attributes: { vocabulary: 70 } },
	],
};
