import { constantWeight } from './labels';
import type { ValueScheme } from './scheme';

/** U = Aₙ V₁: layers 2..L have no Wv, and a cache holds one value tensor for the whole model. */
export const svformer: ValueScheme = {
	ownsValues: (layer) => layer === 0,
	mixed: ({ values }) => values[0],
	weights: () => [constantWeight('λ₁', 0, 1)],
	cachedValues: () => 1,
};
