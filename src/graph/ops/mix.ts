import { type KernelCall, perElement, UNUSED } from '../kernel';
import { defineOp, expectShapes } from '../op';
import { columnsOf, paddedSizeOf, type Shape, sameShape, sizeOf, strideOf } from '../tensor';
import { dotGroups, dotPartials, reduceRows } from './twoPassSums';

/** Index for the mix kernel that selects the scale in a uniform instead of a weight. */
export const NO_WEIGHT = 0xffffffff;

/** out = (accumulate ? out : 0) + a·x + b·y with a and b from weights or uniforms. */
export const mixKernel = perElement('mix', 'mix');

type MixAttributes = { indices: readonly number[] };

/** Index in device memory, padding included, of element i of the weights. */
const placeOf = (shape: Shape, i: number): number => Math.floor(i / columnsOf(shape)) * strideOf(shape) + (i % columnsOf(shape));

/**
 * Σᵢ weights[indices[i]]·xᵢ (+ R): weights of any shape, distinct indices; x₁..x_k and R of the same shape. The value-residual
 * mix V′ = λ₁V₁ + λ₂V is such a sum. λ is read from memory, so that the user can change it during training.
 */
export const mix = defineOp<MixAttributes>({
	name: 'mix',
	residualInput: ({ indices }) => indices.length + 1,
	shape(shapes, attributes) {
		const { indices } = attributes;
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
		const { indices } = attributes;
		return [terms[0].map((_, e) => terms.reduce((sum, term, i) => sum + (i < indices.length ? weights[indices[i]] : 1) * term[e], 0))];
	},
	gradient({ graph, node, outputGradient: dy, needed }) {
		const { indices } = node.attributes;
		const [weights, ...terms] = node.inputs;
		const dWeights = () => graph.apply(mixWeightGradient, [weights, dy, ...terms.slice(0, indices.length)], { indices })[0];
		return [
			needed[0] ? dWeights() : undefined,
			...terms.map((_, i) =>
				!needed[i + 1] ? undefined : i < indices.length ? graph.apply(node.op, [weights, dy], { indices: [indices[i]] })[0] : dy,
			),
		];
	},
	lower({ inputs: [weights, ...terms], outputs: [out], attributes }): KernelCall[] {
		const { indices } = attributes;
		const vectors = paddedSizeOf(out.shape) / 4;
		const calls: KernelCall[] = [];
		for (let i = 0; i < terms.length; i += 2) {
			const index = (at: number) => (at < indices.length ? placeOf(weights.shape, indices[at]) : NO_WEIGHT);
			const hasY = i + 1 < terms.length ? 1 : 0;
			calls.push({
				kernel: mixKernel,
				bindings: { x: terms[i], y: terms.at(i + 1) ?? UNUSED, weights, out },
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
});

/**
 * dλ[indices[i]] = ⟨dy, xᵢ⟩, and 0 for weights that no term uses. Only the shape of `weights` is read; dy and x₁..x_k have
 * the same shape. The result has the shape of the weights.
 */
export const mixWeightGradient = defineOp<MixAttributes>({
	name: 'mixWeightGradient',
	fullPrecision: () => [0],
	shape(shapes, { indices }) {
		const [weights, ...terms] = shapes;
		expectShapes(
			terms.length === indices.length + 1 && terms.every((shape) => sameShape(shape, terms[0])),
			'mixWeightGradient',
			shapes,
			'takes weights, dy and one term per index, of one shape',
		);
		return [{ shape: weights }];
	},
	reference([weights, dy, ...terms], _, { indices }) {
		const out = new Float64Array(weights.length);
		terms.forEach((term, i) => {
			out[indices[i]] = term.reduce((sum, value, e) => sum + value * dy[e], 0);
		});
		return [out];
	},
	lower({ inputs: [, dy, ...terms], outputs: [out], attributes }): KernelCall[] {
		const width = paddedSizeOf(out.shape);
		const places = attributes.indices.map((index) => placeOf(out.shape, index));
		const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
		const vectors = paddedSizeOf(dy.shape) / 4;
		const calls = order.map((term, rank) =>
			dotPartials(dy, terms[term], vectors, {
				width,
				column: places[term],
				clear: [rank === 0 ? 0 : places[term], rank + 1 < order.length ? places[order[rank + 1]] : width],
			}),
		);
		return [...calls, reduceRows(dotGroups(vectors), width / 4, out)];
	},
	samples: [
		{ inputs: [{ shape: [2] }, { shape: [5, 3] }, { shape: [5, 3] }, { shape: [5, 3] }], attributes: { indices: [0, 1] } },
		{ inputs: [{ shape: [3, 2] }, { shape: [211, 18] }, { shape: [211, 18] }, { shape: [211, 18] }], attributes: { indices: [5, 2] } },
		{ inputs: [{ shape: [1] }, { shape: [1] }, { shape: [1] }], attributes: { indices: [0] } },
	],
});
