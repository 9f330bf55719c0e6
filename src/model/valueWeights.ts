import { additionsOf, leaderOf } from './additions';
import type { MixedLayer } from './additions/addition';
import type { ModelConfig } from './config';
import { valueScheme } from './values';
import type { ValueWeight } from './values/scheme';

/** The layer (from 0), and if it has a Wv. */
export const mixedLayer = (config: ModelConfig, layer: number): MixedLayer => ({
	layer,
	projectsValues: leaderOf(config, layer) === layer && valueScheme(config.valueScheme.name).projectedHeads(config, layer) > 0,
});

/**
 * Weights on values of a layer (from 0), in the order of an edit's `index`: those of the scheme, which layer 0 does not have,
 * then those of additions.
 */
export const layerWeights = (config: ModelConfig, layer: number): ValueWeight[] => [
	...(layer === 0 ? [] : valueScheme(config.valueScheme.name).weights(config, layer)),
	...additionsOf(config).flatMap(({ maths, choice }) => maths.weights?.(choice, mixedLayer(config, layer)) ?? []),
];

/** Weights on values of every layer, [L][…]. */
export const weightsOf = (config: ModelConfig): ValueWeight[][] =>
	Array.from({ length: config.layers }, (_, layer) => layerWeights(config, layer));
