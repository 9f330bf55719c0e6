import { NEUTRENO_LAMBDA, type NeutrenoChoice } from '../../experiment/methods/neutreno';
import { add, mix, repeatHeads } from '../../graph/ops';
import type { Tensor } from '../../graph/tensor';
import type { ModelConfig } from '../config';
import type { LayerContext } from '../layer';
import { everyLayer, type ValueScheme, type ValueWeight } from './scheme';

/**
 * U = Aₙ Vₙ + λ(V₁ − Vₙ). The second term is that of the query's own position and is added per head before Wo. It reads
 * nothing from a KV cache. Nguyen et al., arXiv 2312.00751; docs/METHODS.md section 2.
 */
export const neutreno: ValueScheme<NeutrenoChoice> = {
	...everyLayer,
	settings: ({ lambda }) => ({ lambda: lambda ?? NEUTRENO_LAMBDA }),
	mixed: ({ values, layer }) => values[layer],
	output: pulledToFirst,
	weights: pullWeight,
};

/** U = A V′ + λ(V₁ − V′), where each KV head's difference is repeated for the query heads that read it. */
export function pulledToFirst({ graph, config, values, fixedLambda }: LayerContext, attended: Tensor, mixed: Tensor): Tensor {
	const { heads, kvHeads } = config;
	const signs = graph.constant('plus and minus', [2], () => Float32Array.of(1, -1));
	const difference = graph.apply(mix, [signs, values[0], mixed], { indices: [0, 1] })[0];
	const perHead = kvHeads < heads ? graph.apply(repeatHeads, [difference], { heads: kvHeads, copies: heads / kvHeads })[0] : difference;
	const pull = graph.apply(mix, [fixedLambda(), perHead], { indices: [0] })[0];
	return graph.apply(add, [pull, attended])[0];
}

/** NeuTRENO's λ: one number for the whole model, listed with the first layer that reads it. */
export function pullWeight({ valueScheme }: ModelConfig, layer: number): ValueWeight[] {
	if (layer !== 1) return [];
	return [
		{
			label: 'λ',
			on: 'pull',
			names: [],
			value: () => valueScheme.lambda as number,
			move: (value) => {
				valueScheme.lambda = value;
				return {};
			},
		},
	];
}
