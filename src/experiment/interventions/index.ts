import { MAX_LAMBDA } from '../methods/descriptor';
import type { AnyEdit, DataOf, InterventionDescriptor, Target } from './descriptor';

/**
 * Changes to a model's forward pass that do not change its weights. Their data, checks, controls, texts and graph follow
 * from this table and from the one in src/analysis/interventions. Interventions act in the order of the table:
 * `withoutFirstValues` overrides λ on V₁.
 */
export const INTERVENTIONS = {
	lambdas: {
		target: 'weight',
		label: 'Weights on values, by layer',
		help: 'Attention in layer n reads λ₁ times the first layer’s value plus λ₂ times its own. Without a value residual, λ₁ is 0 and λ₂ is 1. A value embedding adds a weight on its table E and one on the projection x Wv, in layer 1 too.',
		formula: 'V′ₙ = λ₁V₁ + λ₂Vₙ',
		range: { neutral: null, least: -1, most: 2, step: 0.05, limits: [-MAX_LAMBDA, MAX_LAMBDA] },
		change: (place: string, value: string) => `${place} = ${value}`,
	},
	withoutFirstValues: {
		target: 'model',
		label: 'Without V₁',
		help: 'Later layers read no value of the first layer. NeuTRENO’s λ(V₁ − V) is removed as a whole.',
		formula: 'λₙ₁ = 0 for n ≥ 2',
	},
	maskedKeys: {
		target: 'key',
		label: 'Mask',
		help: 'No query sees the key. A query that sees no key at all reads 0.',
		change: (place: string) => `${place} masked`,
		shortcut: 'm',
	},
	headsOff: {
		target: 'head',
		label: 'Switch off',
		help: 'The head passes 0 to the output projection.',
		change: (place: string) => `${place} off`,
		shortcut: 'o',
		onMap: true,
	},
	valueScales: {
		target: 'key',
		label: 'Value ×',
		help: 'Attention reads the key’s value multiplied by the factor. The attention weights of that layer stay the same.',
		formula: 'o_i = Σ_j A_ij s_j v′_j',
		range: { neutral: 1, least: 0, most: 2, step: 0.05, limits: [-MAX_LAMBDA, MAX_LAMBDA] },
		change: (place: string, value: string) => `value of ${place} × ${value}`,
	},
	sinkLogit: {
		target: 'model',
		label: 'Softmax off by one',
		help: 'A sink with logit 0 and value 0 in every layer, in place of the method’s own if it has one: a head may attend to nothing.',
		formula: 'exp z / (1 + Σ exp z)',
	},
} as const satisfies Record<string, InterventionDescriptor>;

export type InterventionKey = keyof typeof INTERVENTIONS;

/** Changes to a forward pass, as plain data. */
export type Intervention = { readonly [Key in InterventionKey]: DataOf<(typeof INTERVENTIONS)[Key]> };

/** Keys in the order in which interventions act. */
export const INTERVENTION_KEYS = Object.keys(INTERVENTIONS) as InterventionKey[];

/** A descriptor with the fields that only some have. */
export const descriptorOf = (key: InterventionKey): InterventionDescriptor => INTERVENTIONS[key];

/** Descriptors of the interventions on `target`, in their order. */
export const descriptorsOn = <T extends Target | 'model'>(
	target: T,
): { key: InterventionKey; descriptor: Extract<InterventionDescriptor, { target: T }> }[] =>
	INTERVENTION_KEYS.flatMap((key) => {
		const descriptor = descriptorOf(key);
		return descriptor.target === target ? [{ key, descriptor: descriptor as Extract<InterventionDescriptor, { target: T }> }] : [];
	});

/** The intervention that changes nothing. */
export const NO_INTERVENTION = Object.fromEntries(
	INTERVENTION_KEYS.map((key) => [key, descriptorOf(key).target === 'model' ? false : []]),
) as unknown as Intervention;

/** The edits of an intervention; none if it acts on the whole model. */
export const editsOf = (intervention: Intervention, key: InterventionKey): readonly AnyEdit[] => {
	const data: boolean | readonly AnyEdit[] = intervention[key];
	return typeof data === 'boolean' ? [] : data;
};

/** True if the intervention has no edits. Setting a λ to its present value counts as an edit. */
export const changesNothing = (intervention: Intervention): boolean =>
	INTERVENTION_KEYS.every((key) => intervention[key] !== true && editsOf(intervention, key).length === 0);
