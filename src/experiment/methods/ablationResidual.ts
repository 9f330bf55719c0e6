import type { AdditionDescriptor, RunStyle } from './descriptor';
import { OTHER_RESIDUALS } from './groups';

export const ABLATION_RESIDUALS = ['query', 'key', 'attention', 'hidden'] as const;
export type AblationResidual = (typeof ABLATION_RESIDUALS)[number];

const STYLES: Readonly<Record<AblationResidual, RunStyle>> = {
	query: { colour: '#a0694a', dash: '', marker: 'bar' },
	key: { colour: '#98705a', dash: '7 3', marker: 'bar' },
	attention: { colour: '#a5633a', dash: '2 3', marker: 'bar' },
	hidden: { colour: '#8f6f5f', dash: '9 3 2 3', marker: 'bar' },
};

/** `query-residual`, `key-residual`, `attention-residual`, `hidden-residual`: the paper's other residuals, for comparison. */
export const ablationResidual: AdditionDescriptor<AblationResidual | null> = {
	title: 'residual ablation',
	source: 'Zhou et al., arXiv 2410.17897',
	plain: 'An ablation passes on queries, keys, attention or states of an early layer instead of its values.',
	group: OTHER_RESIDUALS,
	catalogue: [
		{ name: 'query-residual', formula: 'Q′ₙ = ½Q₁ + ½Qₙ, before RoPE' },
		{ name: 'key-residual', formula: 'K′ₙ = ½K₁ + ½Kₙ, before RoPE' },
		{ name: 'attention-residual', formula: 'A′ₙ = ½A₁ + ½Aₙ' },
		{ name: 'hidden-residual', formula: 'h ← ½h₀ + ½h at the end of every block' },
	],
	off: null,
	heads: ABLATION_RESIDUALS.map((residual) => `${residual}-residual`),
	order: 30,
	read: ({ head, argument }) =>
		argument === undefined ? (ABLATION_RESIDUALS.find((residual) => head === `${residual}-residual`) ?? null) : null,
	print: (residual) => `${residual}-residual`,
	label: (residual) => `${residual?.[0].toUpperCase()}${residual?.slice(1)} residual`,
	style: (residual) => STYLES[residual as AblationResidual],
	incompatible: (['scheme', 'kvSharing', 'depthWeightedAverage'] as const).map((other) => ({
		with: other,
		because: 'the paper defines its other residuals for the plain Transformer only',
	})),
	stored: { kind: 'choice', choices: ABLATION_RESIDUALS },
};
