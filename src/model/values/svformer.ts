import { constantWeight } from './labels';
import type { ValueScheme } from './scheme';

/** U = Aₙ V₁: layers 2..L have no Wv, and a cache holds one value tensor for the whole model. Zhou et al., arXiv 2410.17897. */
export const svformer: ValueScheme = {
	projectedHeads: ({ kvHeads }, layer) => (layer === 0 ? kvHeads : 0),
	value: ({ values }) => values[0],
	mixed: ({ values }) => values[0],
	weights: () => [constantWeight('λ₁', 0, 1)],
	cachedHeads: ({ kvHeads }) => kvHeads,
};
