import type { SchemeDescriptor } from './descriptor';
import { OTHER_VALUES } from './groups';
import { type NeutrenoChoice, neutrenoLabel, neutrenoName } from './neutreno';
import { RESFORMER_FORMS, type ResFormerChoice, resformer } from './resformer';

/** λ if the name sets none: half of NeuTRENO's default, because half of V′ₙ already is V₁. */
export const COMBINED_LAMBDA = 0.2;

export interface NeutrenoResformerChoice extends NeutrenoChoice {
	form: ResFormerChoice['form'];
}

/** `neutreno[(λ)]+resformer` */
export const neutrenoResformer: SchemeDescriptor<NeutrenoResformerChoice> = {
	title: 'NeuTRENO on ResFormer',
	source: 'Zhou et al., arXiv 2410.17897',
	plain: 'NeuTRENO on ResFormer also adds the difference between the values of layer 1 and its own.',
	group: OTHER_VALUES,
	catalogue: [{ name: 'neutreno+resformer', formula: `U = Aₙ V′ₙ + λ(V₁ − V′ₙ), V′ₙ = ½V₁ + ½Vₙ, λ = ${COMBINED_LAMBDA}` }],
	combines: ['neutreno', 'resformer'],
	combine: (neutreno, mixed) => ({ lambda: (neutreno as NeutrenoChoice).lambda, form: (mixed as ResFormerChoice).form }),
	read: () => null,
	canonical: ({ lambda, form }) => ({ lambda: lambda === COMBINED_LAMBDA ? null : lambda, form }),
	weights: [
		{ label: 'λ', of: 'of V₁ − V′ₙ', get: ({ lambda }) => lambda ?? COMBINED_LAMBDA, set: (choice, lambda) => ({ ...choice, lambda }) },
	],
	print: ({ lambda, form }) => `${neutrenoName({ lambda })}+${resformer.print({ form, lambdas: null, mixedLayers: null })}`,
	label: ({ lambda }) => `${neutrenoLabel({ lambda })} + ResFormer`,
	style: () => ({ colour: '#2a8f72', dash: '7 3', marker: 'diamond' }),
	stored: {
		...resformer.stored,
		forms: RESFORMER_FORMS,
		defined: { forms: ['identity'], reason: "NeuTRENO combines only with ResFormer's identity form" },
		lambda: COMBINED_LAMBDA,
	},
};
