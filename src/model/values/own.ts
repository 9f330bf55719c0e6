import { constantWeight } from './labels';
import type { ValueScheme } from './scheme';

/** U = Aₙ Vₙ: the vanilla Transformer. */
export const own: ValueScheme = {
	ownsValues: () => true,
	mixed: ({ values, layer }) => values[layer],
	// As ResFormer with λ = (0, 1). docs/METHODS.md section 2 defines no mix of shared values, and none beside another residual.
	weights: ({ kvSharing, ablationResidual }, layer) =>
		kvSharing > 1 || ablationResidual ? [] : [constantWeight('λ₁', 0, 0), constantWeight('λ₂', layer, 1)],
	cachedValues: ({ layers, kvSharing }) => Math.ceil(layers / kvSharing),
};
