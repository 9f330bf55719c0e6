import { mix } from '../../graph/ops';
import { subscript, weightsOf } from '../values/labels';
import type { Addition } from './addition';

const parameterOf = (layer: number) => `model.layers.${layer}.depth_weights`;

/** DenseFormer: the next block's input is Σ_{j≤i} αᵢⱼ Xⱼ, α learned. Pagliardini et al., arXiv 2402.02622. */
export const depthWeightedAverage: Addition<boolean> = {
	next(_, { graph, layer, outputs, parameter }) {
		// α starts at 1 for the block's own output and at 0 for earlier ones: the initial model is vanilla.
		const weights = parameter(parameterOf(layer), [layer + 2], { values: outputs.map((_, i) => (i === layer + 1 ? 1 : 0)) });
		return graph.apply(mix, [weights, ...outputs], { indices: outputs.map((_, i) => i) })[0];
	},
	mixing: (_, { layer }) =>
		weightsOf(
			parameterOf(layer),
			Array.from({ length: layer + 2 }, (_, i) => `α on X${subscript(i)}`),
		),
};
