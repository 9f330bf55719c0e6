import { expectShapes, type KernelCall, type Op } from '../op';
import { rowsOf, sizeOf, strideOf } from '../tensor';

/** h = W[token]: tokens [N], table [V, d] → [N, d]. */
export const embedding: Op = {
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
	gradient({ graph, node, outputGradients: [dy] }) {
		const [tokens, table] = node.inputs;
		return [undefined, graph.apply('embeddingGradient', [tokens, dy as typeof table], { vocabulary: table.shape[0] })[0]];
	},
	lower({ inputs: [tokens, table], outputs: [out] }): KernelCall[] {
		const vectors = strideOf(out.shape) / 4;
		return [
			{
				kernel: 'embedding',
				bindings: { tokens, table, out },
				uniforms: { rows: rowsOf(out.shape), vectors },
				extent: [rowsOf(out.shape) * vectors, 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [7], dtype: 'i32', below: 5 }, { shape: [5, 6] }], attributes: {} },
		{ inputs: [{ shape: [1], dtype: 'i32', below: 1 }, { shape: [1, 1] }], attributes: {} },
		{ inputs: [{ shape: [130], dtype: 'i32', below: 37 }, { shape: [37, 64] }], attributes: {} },
	],
};
