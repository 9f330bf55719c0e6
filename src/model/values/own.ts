import type { ValueScheme } from './scheme';

/** U = Aₙ Vₙ: the vanilla Transformer. */
export const own: ValueScheme = {
	ownsValues: () => true,
	mixed: ({ values, layer }) => values[layer],
	cachedValues: ({ layers, kvSharing }) => Math.ceil(layers / kvSharing),
};
