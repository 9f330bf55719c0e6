import { expectShapes, type KernelCall, type Op } from '../op';
import { paddedSizeOf, sameShape, type Tensor } from '../tensor';

/** silu(gate) ⊙ up, silu(x) = x/(1 + e^(−x)): both [N, m] → [N, m]. Source: Shazeer, arXiv 2002.05202. */
export const swiglu: Op = {
	name: 'swiglu',
	shape(shapes) {
		expectShapes(shapes.length === 2 && sameShape(shapes[0], shapes[1]), 'swiglu', shapes, 'takes gate and up of one shape');
		return [{ shape: shapes[0] }];
	},
	reference: ([gate, up]) => [gate.map((g, i) => (g / (1 + Math.exp(-g))) * up[i])],
	gradient({ graph, node, outputGradients: [dy] }) {
		return graph.apply('swigluGradient', [...node.inputs, dy as Tensor]);
	},
	lower({ inputs: [gate, up], outputs: [out] }): KernelCall[] {
		const vectors = paddedSizeOf(out.shape) / 4;
		return [{ kernel: 'swiglu', bindings: { gate, up, out }, uniforms: { vectors }, extent: [vectors, 1, 1] }];
	},
	samples: [
		{ inputs: [{ shape: [3, 5] }, { shape: [3, 5] }], attributes: {} },
		{ inputs: [{ shape: [1, 1] }, { shape: [1, 1] }], attributes: {} },
		{ inputs: [{ shape: [67, 44] }, { shape: [67, 44] }], attributes: {} },
		{ inputs: [{ shape: [2, 3], numbers: [-100, 100, 0, -1, 1, 30] }, { shape: [2, 3] }], attributes: {} },
	],
};
