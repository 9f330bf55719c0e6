import { type NoChoice, plainScheme, type SchemeDescriptor } from './descriptor';
import { OTHER_VALUES } from './groups';

/** Every layer attends to the first layer's values. */
export const svformer: SchemeDescriptor<NoChoice> = {
	...plainScheme('svformer', 'SVFormer', { colour: '#c2510c', dash: '', marker: 'triangle' }),
	title: 'SVFormer',
	source: 'Zhou et al., arXiv 2410.17897',
	plain: 'SVFormer lets every layer read the values of layer 1 instead of its own.',
	group: OTHER_VALUES,
	catalogue: [{ name: 'svformer', formula: 'U = Aₙ V₁; layers 2..L have no Wv' }],
};
