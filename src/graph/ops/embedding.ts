import { type Kernel, type KernelCall, perElement, strips } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { paddedSizeOf, rowsOf, sizeOf, strideOf } from '../tensor';

const embeddingKernel = perElement('embedding', 'embedding');
const embeddingCountKernel: Kernel = {
	...perElement('embeddingCount', 'embedding_count'),
	onSubgroups: () => ({ constants: { COUNTERS: 1 } }),
};
const embeddingGradientKernel: Kernel = {
	...strips('embeddingGradient', 'embedding_gradient', 32),
	onSubgroups: () => ({ file: 'embedding_gradient_subgroup', overrides: { SIZE: 8 } }),
};

/** h = W[token]: tokens [N], table [V, d] → [N, d]. */
export const embedding = defineOp({
	name: 'embedding',
	differentiable: [1],
	shape(shapes) {
		const [tokens, table] = shapes;
		expectShapes(shapes.length === 2 && table.length === 2, 'embedding', shapes, 'takes tokens [N] and a table [V, d]');
		return [{ shape: [sizeOf(tokens), table[1]] }];
	},
	reference([tokens, table], [, [, width]]) {
		const out = new Float64Array(tokens.length * width);
		tokens.forEach((token, n) => {
			out.set(table.subarray(token * width, (token + 1) * width), n * width);
		});
		return [out];
	},
	gradient({ graph, node, outputGradient: dy }) {
		const [tokens, table] = node.inputs;
		return [undefined, graph.apply(embeddingGradient, [tokens, dy], { vocabulary: table.shape[0] })[0]];
	},
	lower({ inputs: [tokens, table], outputs: [out] }): KernelCall[] {
		const vectors = strideOf(out.shape) / 4;
		const rows = rowsOf(out.shape);
		const elements = rows * vectors;
		// Of the table, only the tokens' rows are read.
		const moved = 4 * rows + 8 * paddedSizeOf(out.shape);
		const { SIZE } = embeddingCountKernel.sizes;
		return [
			{
				kernel: embeddingKernel,
				bindings: { tokens, table, out },
				uniforms: { rows, vectors },
				extent: [elements, 1, 1],
				moved,
				withCount: ({ targets, rows: counted, counted: number }) => ({
					kernel: embeddingCountKernel,
					bindings: { tokens, table, out, targets, counted: number },
					uniforms: { rows, vectors, targets: counted },
					extent: [Math.ceil(elements / SIZE) * SIZE + SIZE, 1, 1],
					moved: moved + 4 * counted,
				}),
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [7], dtype: 'i32', below: 5 }, { shape: [5, 6] }], attributes: {} },
		{ inputs: [{ shape: [1], dtype: 'i32', below: 1 }, { shape: [1, 1] }], attributes: {} },
		{ inputs: [{ shape: [130], dtype: 'i32', below: 37 }, { shape: [37, 64] }], attributes: {} },
	],
});

/** dW[v] = Σ of dy[n] over positions n with token v, always in the order of n. tokens [N], dy [N, d] → [V, d]. */
export const embeddingGradient = defineOp<{ vocabulary: number }>({
	name: 'embeddingGradient',
	fullPrecision: () => [0],
	shape(shapes, { vocabulary }) {
		const [tokens, dy] = shapes;
		expectShapes(
			shapes.length === 2 && dy.length === 2 && dy[0] === sizeOf(tokens),
			'embeddingGradient',
			shapes,
			'takes tokens [N] and dy [N, d]',
		);
		return [{ shape: [vocabulary, dy[1]] }];
	},
	reference([tokens, dy], [, [, width]], { vocabulary }) {
		const out = new Float64Array(vocabulary * width);
		tokens.forEach((token, n) => {
			for (let c = 0; c < width; c++) out[token * width + c] += dy[n * width + c];
		});
		return [out];
	},
	lower({ inputs: [tokens, dy], outputs: [out] }): KernelCall[] {
		const vectors = strideOf(out.shape) / 4;
		return [
			{
				kernel: embeddingGradientKernel,
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
		{ inputs: [{ shape: [2100], dtype: 'i32', below: 3 }, { shape: [2100, 6] }], attributes: { vocabulary: 3 } },
	],
});
