import { type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { paddedSizeOf, sameShape } from '../tensor';

const swigluKernel = perElement('swiglu', 'swiglu');
const swigluGradientKernel = perElement('swigluGradient', 'swiglu_gradient');

/** silu(gate) ⊙ up, silu(x) = x/(1 + e^(−x)): both [N, m] → [N, m]. Source: Shazeer, arXiv 2002.05202. */
export const swiglu = defineOp({
	name: 'swiglu',
	shape(shapes) {
		expectShapes(shapes.length === 2 && sameShape(shapes[0], shapes[1]), 'swiglu', shapes, 'takes gate and up of one shape');
		return [{ shape: shapes[0] }];
	},
	reference: ([gate, up]) => [gate.map((g, i) => (g / (1 + Math.exp(-g))) * up[i])],
	gradient({ graph, node, outputGradient: dy }) {
		return graph.apply(swigluGradient, [...node.inputs, dy]);
	},
	lower({ inputs: [gate, up], outputs: [out] }): KernelCall[] {
		const vectors = paddedSizeOf(out.shape) / 4;
		return [
			{ kernel: swigluKernel, bindings: { gate, up, out }, uniforms: { vectors }, extent: [vectors, 1, 1], gating: { gate, up, out } },
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 5] }, { shape: [3, 5] }], attributes: {} },
		{ inputs: [{ shape: [1, 1] }, { shape: [1, 1] }], attributes: {} },
		{ inputs: [{ shape: [67, 44] }, { shape: [67, 44] }], attributes: {} },
		{ inputs: [{ shape: [2, 3], numbers: [-100, 100, 0, -1, 1, 30] }, { shape: [2, 3] }], attributes: {} },
	],
});

/** With σ = 1/(1 + e^(−gate)): dgate = dy⊙up⊙σ(1 + gate(1 − σ)), dup = dy⊙gate⊙σ. gate, up, dy [N, m] → two [N, m]. */
export const swigluGradient = defineOp({
	name: 'swigluGradient',
	shape(shapes) {
		expectShapes(
			shapes.length === 3 && shapes.every((shape) => sameShape(shape, shapes[0])),
			'swigluGradient',
			shapes,
			'takes gate, up and dy of one shape',
		);
		return [{ shape: shapes[0] }, { shape: shapes[0] }];
	},
	reference([gate, up, dy]) {
		const sigma = gate.map((g) => 1 / (1 + Math.exp(-g)));
		return [dy.map((d, i) => d * up[i] * sigma[i] * (1 + gate[i] * (1 - sigma[i]))), dy.map((d, i) => d * gate[i] * sigma[i])];
	},
	lower({ inputs: [gate, up, dy], outputs: [dGate, dUp] }): KernelCall[] {
		const vectors = paddedSizeOf(dy.shape) / 4;
		const bindings = { gate, up, dy, dGate, dUp };
		return [{ kernel: swigluGradientKernel, bindings, uniforms: { vectors }, extent: [vectors, 1, 1], gatingGradient: bindings }];
	},
	samples: [
		{ inputs: [{ shape: [3, 5] }, { shape: [3, 5] }, { shape: [3, 5] }], attributes: {} },
		{ inputs: [{ shape: [67, 44] }, { shape: [67, 44] }, { shape: [67, 44] }], attributes: {} },
		{ inputs: [{ shape: [2, 3], numbers: [-100, 100, 0, -1, 1, 30] }, { shape: [2, 3] }, { shape: [2, 3] }], attributes: {} },
	],
});
