import { elementOf, type KernelCall, perElement } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, paddedSizeOf, rowsOf, type Shape, sameShape, strideOf, type Tensor } from '../tensor';

const gateKernel = perElement('gate', 'gate');
const gateGradientKernel = perElement('gateGradient', 'gate_gradient');
const gateHeadsKernel = perElement('gateHeads', 'gate_heads');
const gateHeadsGradientKernel = perElement('gateHeadsGradient', 'gate_heads_gradient');

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Columns of u that share a gate: 1, or those of a head. */
const spanOf = (u: Shape, logits: Shape): number => columnsOf(u) / columnsOf(logits);

function expectGates(op: string, shapes: readonly Shape[], count: number): void {
	const [u, logits] = shapes;
	const fits = () => rowsOf(u) === rowsOf(logits) && (sameShape(u, logits) || spanOf(u, logits) % 2 === 0);
	expectShapes(shapes.length === count && fits(), op, shapes, 'takes u [N, C] and logits [N, C], or [N, H] with C/H even');
}

/** Uniforms of the kernels in which a head shares a gate. */
function headUniforms(u: Tensor, logits: Tensor) {
	const { width, constants } = elementOf(spanOf(u.shape, logits.shape));
	return {
		uniforms: {
			heads: columnsOf(logits.shape),
			headElements: spanOf(u.shape, logits.shape) / width,
			stride: strideOf(u.shape) / width,
			gateStride: strideOf(logits.shape),
		},
		constants,
		elements: paddedSizeOf(u.shape) / width,
	};
}

/**
 * u ⊙ σ(logits), σ(x) = 1/(1 + e^(−x)): u [N, H·dh] with a gate for each channel, logits [N, H·dh], or for each head, logits
 * [N, H] → [N, H·dh]. Source: Qiu et al., arXiv 2505.06708.
 */
export const gate = defineOp({
	name: 'gate',
	shape(shapes) {
		expectGates('gate', shapes, 2);
		return [{ shape: shapes[0] }];
	},
	reference([u, logits], [shape, gates]) {
		const span = spanOf(shape, gates);
		return [u.map((value, i) => value * sigmoid(logits[Math.floor(i / span)]))];
	},
	gradient: ({ graph, node, outputGradient: dy }) => graph.apply(gateGradient, [...node.inputs, dy]),
	lower({ inputs: [u, logits], outputs: [out] }): KernelCall[] {
		if (sameShape(u.shape, logits.shape)) {
			const vectors = paddedSizeOf(u.shape) / 4;
			return [{ kernel: gateKernel, bindings: { u, logits, out }, uniforms: { vectors }, extent: [vectors, 1, 1] }];
		}
		const { uniforms, constants, elements } = headUniforms(u, logits);
		return [
			{ kernel: gateHeadsKernel, bindings: { u, logits, out }, uniforms: { elements, ...uniforms }, constants, extent: [elements, 1, 1] },
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 6] }, { shape: [3, 6] }], attributes: {} },
		{ inputs: [{ shape: [67, 40] }, { shape: [67, 40] }], attributes: {} },
		{ inputs: [{ shape: [5, 18] }, { shape: [5, 3] }], attributes: {} },
		{ inputs: [{ shape: [67, 40] }, { shape: [67, 5] }], attributes: {} },
		{ inputs: [{ shape: [2, 4] }, { shape: [2, 2], numbers: [-100, 100, 0, 30] }], attributes: {} },
	],
});

/** With σ = σ(logits): du = dy ⊙ σ, dlogits = dy⊙u⊙σ(1 − σ), summed over a head that shares a gate. u, logits, dy → du, dlogits. */
export const gateGradient = defineOp({
	name: 'gateGradient',
	shape(shapes) {
		expectGates('gateGradient', shapes, 3);
		expectShapes(sameShape(shapes[0], shapes[2]), 'gateGradient', shapes, 'takes u and dy of one shape');
		return [{ shape: shapes[0] }, { shape: shapes[1] }];
	},
	reference([u, logits, dy], [shape, gates]) {
		const span = spanOf(shape, gates);
		const sigma = logits.map(sigmoid);
		const dLogits = new Float64Array(logits.length);
		dy.forEach((d, i) => {
			const g = Math.floor(i / span);
			dLogits[g] += d * u[i] * sigma[g] * (1 - sigma[g]);
		});
		return [dy.map((d, i) => d * sigma[Math.floor(i / span)]), dLogits];
	},
	lower({ inputs: [u, logits, dy], outputs: [du, dLogits] }): KernelCall[] {
		const bindings = { u, logits, dy, du, dLogits };
		if (sameShape(u.shape, logits.shape)) {
			const vectors = paddedSizeOf(u.shape) / 4;
			return [{ kernel: gateGradientKernel, bindings, uniforms: { vectors }, extent: [vectors, 1, 1] }];
		}
		const { uniforms, constants } = headUniforms(u, logits);
		return [
			{
				kernel: gateHeadsGradientKernel,
				bindings,
				uniforms: { rows: rowsOf(u.shape), ...uniforms },
				constants,
				extent: [paddedSizeOf(logits.shape), 1, 1],
			},
		];
	},
	samples: [
		{ inputs: [{ shape: [3, 6] }, { shape: [3, 6] }, { shape: [3, 6] }], attributes: {} },
		{ inputs: [{ shape: [67, 40] }, { shape: [67, 40] }, { shape: [67, 40] }], attributes: {} },
		{ inputs: [{ shape: [5, 18] }, { shape: [5, 3] }, { shape: [5, 18] }], attributes: {} },
		{ inputs: [{ shape: [67, 40] }, { shape: [67, 5] }, { shape: [67, 40] }], attributes: {} },
		{ inputs: [{ shape: [2, 4] }, { shape: [2, 2], numbers: [-100, 100, 0, 30] }, { shape: [2, 4] }], attributes: {} },
	],
});
