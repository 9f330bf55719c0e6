import { readLambda, type SchemeDescriptor } from './descriptor';
import { OTHER_VALUES } from './groups';

/** NeuTRENO's λ if the name sets none. */
export const NEUTRENO_LAMBDA = 0.4;

export interface NeutrenoChoice {
	/** λ, if the name sets it; null = the scheme's default. */
	lambda: number | null;
}

export const neutrenoName = ({ lambda }: NeutrenoChoice): string => (lambda === null ? 'neutreno' : `neutreno(${lambda})`);
export const neutrenoLabel = ({ lambda }: NeutrenoChoice): string => (lambda === null ? 'NeuTRENO' : `NeuTRENO (${lambda})`);

/** `neutreno[(λ)]` */
export const neutreno: SchemeDescriptor<NeutrenoChoice> = {
	title: 'NeuTRENO',
	source: 'Nguyen et al., arXiv 2312.00751',
	plain: 'NeuTRENO adds the difference between the values of layer 1 and its own to each layer’s output of attention.',
	group: OTHER_VALUES,
	catalogue: [{ name: 'neutreno', formula: `U = Aₙ Vₙ + λ(V₁ − Vₙ), λ = ${NEUTRENO_LAMBDA}` }],
	head: 'neutreno',
	takesParameters: true,
	read: (part) =>
		part.argument === undefined ? { lambda: part.parameters === undefined ? null : readLambda(part.parameters, part) } : null,
	canonical: ({ lambda }) => ({ lambda: lambda === NEUTRENO_LAMBDA ? null : lambda }),
	weights: [
		{ label: 'λ', of: 'of V₁ − Vₙ', get: ({ lambda }) => lambda ?? NEUTRENO_LAMBDA, set: (choice, lambda) => ({ ...choice, lambda }) },
	],
	print: neutrenoName,
	label: neutrenoLabel,
	style: () => ({ colour: '#00805e', dash: '', marker: 'diamond' }),
	stored: { lambda: NEUTRENO_LAMBDA },
};
