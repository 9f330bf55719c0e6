import type { AdditionDescriptor, RunStyle } from './descriptor';
import { ATTENTION } from './groups';

export const ATTENTION_GATES = ['head', 'element'] as const;
export type AttentionGate = (typeof ATTENTION_GATES)[number];

const STYLES: Readonly<Record<AttentionGate, RunStyle>> = {
	head: { colour: '#0f8686', dash: '7 3', marker: 'star' },
	element: { colour: '#2a8a8a', dash: '2 3', marker: 'star' },
};

/** `gate:head`, `gate:element`: a gate on what attention passes to Wo, computed from the layer's input. */
export const attentionGate: AdditionDescriptor<AttentionGate | null> = {
	title: 'attention gate',
	source: 'Qiu et al., arXiv 2505.06708',
	plain: 'A gate scales what attention passes on, by a factor computed from each token.',
	group: ATTENTION,
	catalogue: [
		{ name: 'gate:head', formula: 'U ← U ⊙ σ(x Wg) in every layer, a gate for each query head' },
		{ name: 'gate:element', formula: 'U ← U ⊙ σ(x Wg) in every layer, a gate for each channel' },
	],
	off: null,
	heads: ['gate'],
	order: 28,
	read: ({ argument }) => ATTENTION_GATES.find((gate) => gate === argument) ?? null,
	print: (gate) => `gate:${gate}`,
	label: (gate) => `Gate per ${gate === 'head' ? 'head' : 'channel'}`,
	style: (gate) => STYLES[gate as AttentionGate],
	dash: '6 2',
	stored: { kind: 'choice', choices: ATTENTION_GATES },
};
