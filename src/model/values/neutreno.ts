import { add, mix, repeatHeads } from '../../graph/ops';
import type { Tensor } from '../../graph/tensor';
import type { ModelConfig } from '../config';
import { mixedValues, resformer } from './resformer';
import type { ValueContext, ValueScheme, ValueWeight } from './scheme';

/**
 * U = Aₙ Vₙ + λ(V₁ − Vₙ), added per head before Wo and not attended. Nguyen et al., arXiv 2312.00751; METHODS.md section 2.
 * V₁ − Vₙ of a new token needs nothing from a KV cache.
 */
export const neutreno: ValueScheme = {
	ownsValues: () => true,
	mixed: ({ values, layer }) => values[layer],
	output: pulledToFirst,
	weights: pullWeight,
	cachedValues: ({ layers }) => layers,
};

/** U = Aₙ V′ₙ + λ(V₁ − V′ₙ) with ResFormer's V′ₙ = ½V₁ + ½Vₙ, which a KV cache stores. */
export const neutrenoResformer: ValueScheme = {
	...neutreno,
	mixed: mixedValues,
	weights: (config, layer) => [...resformer.weights(config, layer), ...pullWeight(config, layer)],
};

/** U = A V′ + λ(V₁ − V′), a KV head for each query head that reads it. */
function pulledToFirst({ graph, config, values, neutrenoLambda }: ValueContext, attended: Tensor, mixed: Tensor): Tensor {
	const { heads, kvHeads } = config;
	const signs = graph.constant('plus and minus', [2], () => Float32Array.of(1, -1));
	const difference = graph.apply(mix, [signs, values[0], mixed], { indices: [0, 1] })[0];
	const perHead = kvHeads < heads ? graph.apply(repeatHeads, [difference], { heads: kvHeads, copies: heads / kvHeads })[0] : difference;
	const pull = graph.apply(mix, [neutrenoLambda(), perHead], { indices: [0] })[0];
	return graph.apply(add, [pull, attended])[0];
}

/** λ is one number for the whole model; it is listed with the first layer that has it. */
function pullWeight({ valueScheme }: ModelConfig, layer: number): ValueWeight[] {
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
