import { type NoChoice, plainScheme, type SchemeDescriptor } from './descriptor';
import { BASELINE } from './groups';

/** Name of the method that others are compared with, unless the user pins another. */
export const BASELINE_METHOD = 'vanilla';

/** The vanilla Transformer: each layer attends to its own values. */
export const own: SchemeDescriptor<NoChoice> = {
	...plainScheme(BASELINE_METHOD, 'Vanilla', { colour: '#6b7280', dash: '', marker: 'circle' }),
	title: 'the vanilla Transformer',
	source: 'Vaswani et al., arXiv 1706.03762',
	plain: 'Vanilla is the standard transformer: each layer attends over its own values.',
	group: BASELINE,
	catalogue: [{ name: BASELINE_METHOD, formula: 'U = Aₙ Vₙ' }],
};
