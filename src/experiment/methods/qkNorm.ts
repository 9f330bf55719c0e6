import type { AdditionDescriptor } from './descriptor';
import { ATTENTION } from './groups';

/** `qk-norm`: RMSNorm over each head of Q and K. */
export const qkNorm: AdditionDescriptor<boolean> = {
	title: 'QK norm',
	source: 'Qwen3, arXiv 2505.09388',
	plain: 'QK norm normalises queries and keys before attention.',
	group: ATTENTION,
	catalogue: [{ name: 'qk-norm', formula: 'RMSNorm over each head of Q and K, before RoPE, in every layer' }],
	off: false,
	heads: ['qk-norm'],
	order: 24,
	read: ({ argument }) => (argument === undefined ? true : null),
	print: () => 'qk-norm',
	label: () => 'QK norm',
	style: () => ({ colour: '#5b6fc4', dash: '7 3', marker: 'cross' }),
	dash: '1 3',
	incompatible: [
		{
			with: 'ablationResidual',
			when: (_, residual) => residual === 'query' || residual === 'key',
			because: 'the residual could be mixed in before or after the norm',
		},
	],
	stored: { kind: 'flag' },
};
