import type { AdditionDescriptor, RunStyle } from './descriptor';
import { ATTENTION } from './groups';

export const ATTENTION_SINKS = ['learned', 'zero'] as const;
export type AttentionSink = (typeof ATTENTION_SINKS)[number];

const STYLES: Readonly<Record<AttentionSink, RunStyle>> = {
	learned: { colour: '#c94a4a', dash: '7 3', marker: 'circle' },
	zero: { colour: '#b85c5c', dash: '2 3', marker: 'circle' },
};

/** `sink:learned`, `sink:zero`: one more logit in every softmax, to which no value belongs. */
export const attentionSink: AdditionDescriptor<AttentionSink | null> = {
	title: 'sink logit',
	source: 'OpenAI, gpt-oss, arXiv 2508.10925',
	plain: 'A sink logit is one more entry in every softmax, which takes attention but has no value.',
	group: ATTENTION,
	catalogue: [
		{ name: 'sink:learned', formula: 'A_ij = e^{z_ij} / (e^{s_h} + Σ_k e^{z_ik}) in every layer, s_h learned from 0' },
		{ name: 'sink:zero', formula: 'A_ij = e^{z_ij} / (1 + Σ_k e^{z_ik}) in every layer: softmax off by one' },
	],
	off: null,
	heads: ['sink'],
	order: 26,
	read: ({ argument }) => ATTENTION_SINKS.find((sink) => sink === argument) ?? null,
	print: (sink) => `sink:${sink}`,
	label: (sink) => (sink === 'learned' ? 'Learned sink logit' : 'Sink logit of zero'),
	style: (sink) => STYLES[sink as AttentionSink],
	dash: '4 1',
	takesAttention: true,
	incompatible: [
		{
			with: 'ablationResidual',
			when: (_, residual) => residual === 'attention',
			because: 'the mean of two layers’ probabilities has no place for the sink’s share',
		},
	],
	stored: { kind: 'choice', choices: ATTENTION_SINKS },
};
