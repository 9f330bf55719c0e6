import type { ModelConfig } from './config';
import { valueScheme } from './values';
import { subscript, weightsOf } from './values/labels';
import type { MixingWeight } from './values/scheme';

export interface LayerMixingWeight extends MixingWeight {
	/** From 0. */
	layer: number;
}

/**
 * Every weight between values (λ) or block outputs (DenseFormer's α) that a model trains, by layer; empty where it trains
 * none. Their `names` say which parameters to read back.
 */
export function mixingWeights(config: ModelConfig): LayerMixingWeight[] {
	const scheme = valueScheme(config.valueScheme.name);
	return Array.from({ length: config.layers }, (_, layer) => layer).flatMap((layer) =>
		[
			...(layer > 0 ? (scheme.mixing?.(config, layer) ?? []) : []),
			...(config.depthWeightedAverage
				? weightsOf(
						`model.layers.${layer}.depth_weights`,
						Array.from({ length: layer + 2 }, (_, i) => `α on X${subscript(i)}`),
					)
				: []),
		].map((weight) => ({ ...weight, layer })),
	);
}
