import { incompatiblePair } from '../../experiment/methods/refusals';
import { leadersOf } from '../additions';
import { constantWeight } from './labels';
import { everyLayer, type ValueScheme } from './scheme';

/** U = Aₙ Vₙ: the vanilla Transformer. Vaswani et al., arXiv 1706.03762. */
export const own: ValueScheme = {
	...everyLayer,
	mixed: ({ values, layer }) => values[layer],
	// Interventions see ResFormer with λ = (0, 1), unless an addition makes a mix of values undefined.
	weights: (config, layer) => (incompatiblePair('resformer', config) ? [] : [constantWeight('λ₁', 0, 0), constantWeight('λ₂', layer, 1)]),
	cachedHeads: (config) => leadersOf(config).length * config.kvHeads,
};
