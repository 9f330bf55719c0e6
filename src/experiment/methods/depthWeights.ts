import type { AdditionDescriptor } from './descriptor';
import { DEPTH } from './groups';

/** `denseformer`: each block reads a weighted sum of all block outputs before it. */
export const depthWeightedAverage: AdditionDescriptor<boolean> = {
	title: 'depth-weighted average',
	source: 'Pagliardini et al., arXiv 2402.02622',
	plain: 'DenseFormer lets each layer read a learned weighted sum of the outputs of all earlier layers.',
	group: DEPTH,
	catalogue: [{ name: 'denseformer', formula: 'the next block reads Σ_{j≤i} αᵢⱼ Xⱼ, α learned' }],
	off: false,
	heads: ['denseformer'],
	order: 10,
	read: ({ argument }) => (argument === undefined ? true : null),
	print: () => 'denseformer',
	label: () => 'DenseFormer',
	style: () => ({ colour: '#b5487f', dash: '', marker: 'plus' }),
	dash: '8 2',
	stored: { kind: 'flag' },
};
