import { expectShapes, type KernelCall, type Op } from '../op';
import { columnsOf, paddedSizeOf, type Shape, sameShape, sizeOf, strideOf, type Tensor } from '../tensor';
import { NO_WEIGHT } from './add';

/** Where element i of the weights lies on a device, padding counted. */
export const placeOf = (shape: Shape, i: number): number => Math.floor(i / columnsOf(shape)) * strideOf(shape) + (i % columnsOf(shape));

/**
 * Σᵢ weights[indices[i]]·xᵢ: weights any shape, each index used once; x₁..x_k of one shape. The value-residual mix
 * V′ = λ₁V₁ + λ₂V is one such sum, with λ read from memory so that a slider can move it during training.
 * A further input beyond the indices is added as it is.
 */
export const mix: Op = {
	name: 'mix',
	residualInput: ({ indices }) => (indices as readonly number[]).length + 1,
	shape(shapes, attributes) {
		const indices = attributes.indices as readonly number[];
		const [weights, ...terms] = shapes;
		expectShapes(
			indices.length >= 1 && (terms.length === indices.length || terms.length === indices.length + 1),
			'mix',
			shapes,
			`takes weights and ${indices.length} terms`,
		);
		expectShapes(
			terms.every((shape) => sameShape(shape, terms[0])),
			'mix',
			shapes,
			'terms must have one shape',
		);
		expectShapes(
			indices.every((index) => index >= 0 && index < sizeOf(weights)) && new Set(indices).size === indices.length,
			'mix',
			shapes,
			`indices ${indices} must be distinct and within the weights`,
		);
		return [{ shape: terms[0] }];
	},
	reference([weights, ...terms], _, attributes) {
		const indices = attributes.indices as readonly number[];
		return [terms[0].map((_, e) => terms.reduce((sum, term, i) => sum + (i < indices.length ? weights[indices[i]] : 1) * term[e], 0))];
	},
	gradient({ graph, node, outputGradients, needed }) {
		const indices = node.attributes.indices as readonly number[];
		const [weights, ...terms] = node.inputs;
		const dy = outputGradients[0] as Tensor;
		const dWeights = () => graph.apply('mixWeightGradient', [weights, dy, ...terms.slice(0, indices.length)], { indices })[0];
		return [
			needed[0] ? dWeights() : undefined,
			...terms.map((_, i) =>
				!needed[i + 1] ? undefined : i < indices.length ? graph.apply('mix', [weights, dy], { indices: [indices[i]] })[0] : dy,
			),
		];
	},
	lower({ inputs: [weights, ...terms], outputs: [out], attributes }): KernelCall[] {
		const indices = attributes.indices as readonly number[];
		const vectors = paddedSizeOf(out.shape) / 4;
		const calls: KernelCall[] = [];
		for (let i = 0; i < terms.length; i += 2) {
			const index = (at: number) => (at < indices.length ? placeOf(weights.shape, indices[at]) : NO_WEIGHT);
			const hasY = i + 1 < terms.length ? 1 : 0;
			calls.push({
				kernel: 'mix',
				bindings: { x: terms[i], y: terms.at(i + 1) ?? { scratch: 'unused', floats: 4 }, weights, out },
				uniforms: { vectors, indexX: index(i), indexY: index(i + 1), scaleX: 1, scaleY: 1, hasY, accumulate: i > 0 ? 1 : 0 },
				extent: [vectors, 1, 1],
			});
		}
		return calls;
	},
	samples: [
		{ inputs: [{ shape: [2] }, { shape: [5, 3] }, { shape: [5, 3] }], attributes: { indices: [0, 1] } },
		{ inputs: [{ shape: [3, 2] }, { shape: [9, 18] }, { shape: [9, 18] }], attributes: { indices: [4, 5] } },
		{ inputs: [{ shape: [5] }, { shape: [67, 8] }, { shape: [67, 8] }, { shape: [67, 8] }], attributes: { indices: [4, 0, 2] } },
		{ inputs: [{ shape: [1] }, { shape: [1] }, { shape: [1] }], attributes: { indices: [0] } },
	],
};
