import { expectShapes, type KernelCall, type Op } from '../op';
import { paddedSizeOf, sameShape } from '../tensor';
import { dotPartials } from './gradientSquares';
import { placeOf } from './mix';

/** dλ[indices[i]] = ⟨dy, xᵢ⟩, 0 where no term reads the weight. weights give the shape; dy, x₁..x_k of one shape → the weights' shape. */
export const mixWeightGradient: Op = {
	name: 'mixWeightGradient',
	differentiable: [],
	shape(shapes, { indices }) {
		const [weights, ...terms] = shapes;
		expectShapes(
			terms.length === (indices as readonly number[]).length + 1 && terms.every((shape) => sameShape(shape, terms[0])),
			'mixWeightGradient',
			shapes,
			'takes weights, dy and a term an index, of one shape',
		);
		return [{ shape: weights }];
	},
	reference([weights, dy, ...terms], _, { indices }) {
		const out = new Float64Array(weights.length);
		terms.forEach((term, i) => {
			out[(indices as readonly number[])[i]] = term.reduce((sum, value, e) => sum + value * dy[e], 0);
		});
		return [out];
	},
	lower({ inputs: [, dy, ...terms], outputs: [out], attributes }): KernelCall[] {
		const width = paddedSizeOf(out.shape);
		const places = (attributes.indices as readonly number[]).map((index) => placeOf(out.shape, index));
		const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
		const vectors = paddedSizeOf(dy.shape) / 4;
		const calls: KernelCall[] = order.map((term, rank) =>
			dotPartials(
				dy,
				terms[term],
				vectors,
				width,
				places[term],
				rank === 0 ? 0 : places[term],
				rank + 1 < order.length ? places[order[rank + 1]] : width,
			),
		);
		const { groups } = calls[0].uniforms;
		calls.push({
			kernel: 'reduceRows',
			bindings: { partials: { scratch: 'partials', floats: groups * width }, out },
			uniforms: { rows: groups, vectors: width / 4 },
			extent: [width / 4, 1, 1],
		});
		return calls;
	},
	samples: [
		{ inputs: [{ shape: [2] }, { shape: [5, 3] }, { shape: [5, 3] }, { shape: [5, 3] }], attributes: { indices: [0, 1] } },
		{ inputs: [{ shape: [3, 2] }, { shape: [211, 18] }, { shape: [211, 18] }, { shape: [211, 18] }], attributes: { indices: [5, 2] } },
		{ inputs: [{ shape: [1] }, { shape: [1] }, { shape: [1] }], attributes: { indices: [0] } },
	],
};
