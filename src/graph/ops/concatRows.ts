import { expectShapes, type KernelCall, type Op } from '../op';
import { columnsOf, paddedSizeOf, rowsOf, type Tensor } from '../tensor';

/**
 * Stacks matrices of one width along their rows: x₁ [N₁, C], x₂ [N₂, C], … → [N₁ + N₂ + …, C]. Cross-layer attention
 * stacks keys and values of two layers so; scalars [1], a row each, become a column of weights [N, 1].
 */
export const concatRows: Op = {
	name: 'concatRows',
	shape(shapes) {
		expectShapes(
			shapes.length >= 1 && shapes.every((shape) => columnsOf(shape) === columnsOf(shapes[0])),
			'concatRows',
			shapes,
			'takes matrices of one width',
		);
		return [{ shape: [shapes.reduce((rows, shape) => rows + rowsOf(shape), 0), columnsOf(shapes[0])] }];
	},
	reference: (inputs) => [Float64Array.from(inputs.flatMap((input) => [...input]))],
	gradient({ graph, node, outputGradients, needed }) {
		let first = 0;
		return node.inputs.map(({ shape }, i) => {
			const start = first;
			first += rowsOf(shape);
			return needed[i] ? graph.apply('sliceRows', [outputGradients[0] as Tensor], { first: start, shape })[0] : undefined;
		});
	},
	lower({ inputs, outputs: [out] }): KernelCall[] {
		const vectorsOf = (tensor: Tensor | undefined) => (tensor ? paddedSizeOf(tensor.shape) / 4 : 0);
		const calls: KernelCall[] = [];
		let start = 0;
		for (let i = 0; i < inputs.length; i += 2) {
			const [x, y] = [inputs[i], inputs.at(i + 1)];
			const vectors = vectorsOf(x) + vectorsOf(y);
			calls.push({
				kernel: 'concatRows',
				bindings: { x, y: y ?? { scratch: 'unused', floats: 4 }, out },
				uniforms: { vectors, vectorsX: vectorsOf(x), start },
				extent: [vectors, 1, 1],
			});
			start += vectors;
		}
		return calls;
	},
	samples: [
		{ inputs: [{ shape: [5, 3] }, { shape: [2, 3] }], attributes: {} },
		{ inputs: [{ shape: [1] }, { shape: [1] }, { shape: [1] }], attributes: {} },
		{ inputs: [{ shape: [2, 1] }, { shape: [1] }], attributes: {} },
		{ inputs: [{ shape: [67, 18] }, { shape: [67, 18] }], attributes: {} },
		{ inputs: [{ shape: [3, 8] }], attributes: {} },
	],
};
