import { type NoChoice, plainScheme, type SchemeDescriptor } from './descriptor';
import { OTHER_VALUES } from './groups';

/** Half of the KV heads read the first layer's values. */
export const skipv1: SchemeDescriptor<NoChoice> = {
	...plainScheme('skipv1', 'SkipV1Former', { colour: '#b0622a', dash: '7 3', marker: 'triangle' }),
	title: 'SkipV1Former',
	source: 'SkipV1Former, arXiv 2510.16807',
	plain: 'SkipV1Former replaces half of each layer’s value heads by those of layer 1.',
	group: OTHER_VALUES,
	catalogue: [{ name: 'skipv1', formula: 'U = Aₙ [Vₙ; V₁]: the last ⌊G/2⌋ KV heads are V₁’s' }],
	// Half of one head is none.
	leastKvHeads: 2,
};
