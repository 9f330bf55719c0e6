import { additionsOf } from './additions';
import type { ModelConfig } from './config';
import { valueScheme } from './values';
import type { MixingWeight } from './values/scheme';
import { mixedLayer } from './valueWeights';

export interface LayerMixingWeight extends MixingWeight {
	/** From 0. */
	layer: number;
}

/**
 * Every trained weight on values (λ) or block outputs (DenseFormer's α), layer by layer; empty if the model has none. Their
 * `names` are the parameters to read back.
 */
export function mixingWeights(config: ModelConfig): LayerMixingWeight[] {
	const scheme = valueScheme(config.valueScheme.name);
	const additions = additionsOf(config);
	return Array.from({ length: config.layers }, (_, layer) => layer).flatMap((layer) =>
		[
			...(layer > 0 ? (scheme.mixing?.(config, layer) ?? []) : []),
			...additions.flatMap(({ maths, choice }) => maths.mixing?.(choice, mixedLayer(config, layer)) ?? []),
		].map((weight) => ({ ...weight, layer })),
	);
}
