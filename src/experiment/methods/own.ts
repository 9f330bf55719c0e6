import { type NoChoice, plainScheme, type SchemeDescriptor } from './descriptor';
import { BASELINE } from './groups';

/** The vanilla Transformer: each layer attends to its own values. */
export const own: SchemeDescriptor<NoChoice> = {
	...plainScheme('vanilla', 'Vanilla', { colour: '#6b7280', dash: '', marker: 'circle' }),
	title: 'the vanilla Transformer',
	source: 'Vaswani et al., arXiv 1706.03762',
	group: BASELINE,
	catalogue: [{ name: 'vanilla', formula: 'U = Aₙ Vₙ' }],
};
