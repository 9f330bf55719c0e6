import { type AdditionDescriptor, readCount } from './descriptor';
import { SHARED_KV } from './groups';

/** `cla:factor`: number of adjacent layers that share one K and V; 1 = no sharing. */
export const kvSharing: AdditionDescriptor<number> = {
	title: 'KV sharing',
	source: 'Brandon et al., arXiv 2405.12981',
	plain: 'CLA lets neighbouring layers share keys and values.',
	group: SHARED_KV,
	catalogue: [{ name: 'cla:2', formula: 'layer l (from 0) reuses K and V of layer f·⌊l/f⌋, f = 2' }],
	off: 1,
	heads: ['cla'],
	order: 40,
	read: (part) => readCount(part.argument ?? '', 2, 'the factor, as in cla:2,', part),
	print: (factor) => `cla:${factor}`,
	label: (factor) => `CLA (factor ${factor})`,
	style: () => ({ colour: '#a16207', dash: '', marker: 'star' }),
	dash: '3 3',
	incompatible: [{ with: 'scheme', because: 'a layer that reads the keys and values of another has no values of its own to mix' }],
	stored: { kind: 'count', least: 1 },
};
