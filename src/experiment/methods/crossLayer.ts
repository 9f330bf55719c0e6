import { type NoChoice, plainScheme, type SchemeDescriptor } from './descriptor';
import { OTHER_VALUES } from './groups';

/** Attention over the keys and values of the layer and of the first layer, which ResFormer approximates. */
export const crossLayer: SchemeDescriptor<NoChoice> = {
	...plainScheme('cross-layer', 'Cross-layer attention', { colour: '#8458d0', dash: '', marker: 'cross' }),
	title: 'cross-layer attention',
	source: 'Zhou et al., arXiv 2410.17897',
	plain: 'With cross-layer attention each layer also attends to the keys and values of layer 1.',
	group: OTHER_VALUES,
	catalogue: [{ name: 'cross-layer', formula: 'U = softmax([Qₙ Kₙᵀ, Qₙ K₁ᵀ]/√dh) [Vₙ; V₁]' }],
};
