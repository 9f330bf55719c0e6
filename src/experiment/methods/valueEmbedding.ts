import type { AdditionDescriptor } from './descriptor';
import { ATTENTION } from './groups';

/** `value-embedding`: a table of values by token, mixed into the values that a layer projects. */
export const valueEmbedding: AdditionDescriptor<boolean> = {
	title: 'value embedding',
	source: 'github.com/KellerJordan/modded-nanogpt, after arXiv 2410.17897',
	plain: 'A value embedding mixes a learned vector of each token into every layer’s values.',
	group: ATTENTION,
	catalogue: [{ name: 'value-embedding', formula: 'Vₙ ← λₙ₁ Eₙ[token] + λₙ₂ Vₙ in every layer, all learned, λ from (½, ½)' }],
	off: false,
	heads: ['value-embedding'],
	order: 22,
	read: ({ argument }) => (argument === undefined ? true : null),
	print: () => 'value-embedding',
	label: () => 'Value embedding',
	style: () => ({ colour: '#6b7f1f', dash: '7 3', marker: 'plus' }),
	dash: '7 3',
	readsTokens: true,
	stored: { kind: 'flag' },
};
