import { type AdditionDescriptor, readCount } from './descriptor';
import { SHARED_KV } from './groups';

/** `gqa:heads`: KV heads of the method; null = the experiment's `kvHeads`. */
export const kvHeads: AdditionDescriptor<number | null> = {
	title: 'number of KV heads',
	source: 'Ainslie et al., arXiv 2305.13245',
	plain: 'Grouped-query attention (GQA) lets several query heads share keys and values.',
	group: SHARED_KV,
	catalogue: [
		{
			name: 'gqa:2',
			formula: 'query head i reads KV head ⌊i·G/H⌋, G = 2',
			note: (heads) =>
				heads > 2 && heads % 2 === 0 ? `H = ${heads}: the paper’s GQA${heads / 2}, which counts query heads per KV head` : `H = ${heads}`,
		},
	],
	off: null,
	heads: ['gqa'],
	order: 50,
	read: (part) => readCount(part.argument ?? '', 1, 'the number of KV heads, as in gqa:2,', part),
	print: (count) => `gqa:${count}`,
	label: (count) => `GQA (${count} KV ${count === 1 ? 'head' : 'heads'})`,
	style: () => ({ colour: '#2b83ab', dash: '5 2', marker: 'circle' }),
	dash: '5 2',
	sizeProblem: (count, { heads }) =>
		count !== null && heads % count !== 0 ? { field: 'heads', message: `needs a number of KV heads that divides heads ${heads}` } : null,
};
