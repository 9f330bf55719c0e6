import { type LambdaPair, type Part, Refusal, type RunStyle, readCount, readLambda, type SchemeDescriptor } from './descriptor';
import { RESFORMER } from './groups';

export const RESFORMER_FORMS = ['identity', 'constant', 'sparse', 'learnable', 'plus', 'dense'] as const;
export type ResFormerForm = (typeof RESFORMER_FORMS)[number];

/** λ₁ and λ₂ of the fixed forms if the name sets none. */
export const FIXED_FORMS: Readonly<Partial<Record<ResFormerForm, LambdaPair>>> = { identity: [0.5, 0.5], constant: [2, 1], sparse: [5, 1] };

export interface ResFormerChoice {
	form: ResFormerForm;
	/** λ₁, λ₂ of a fixed form, if the name sets them; null = the form's defaults. */
	lambdas: LambdaPair | null;
	/** Layers (from 1) that mix in the sparse form; null = the last ⌈3L/8⌉. */
	mixedLayers: number[] | null;
}

/** `resformer[:form]`, with `constant(λ₁;λ₂)` and `sparse(λ₁;λ₂;layers=3.4)`; layers count from 1. */
export const resformer: SchemeDescriptor<ResFormerChoice> = {
	title: 'ResFormer',
	source: 'Zhou et al., arXiv 2410.17897',
	plain: 'ResFormer adds the values of layer 1 to those of each later layer.',
	group: RESFORMER,
	catalogue: [
		{ name: 'resformer', formula: 'U = Aₙ V′ₙ, V′ₙ = ½V₁ + ½Vₙ' },
		{ name: 'resformer:constant', formula: 'U = Aₙ V′ₙ, V′ₙ = 2V₁ + Vₙ' },
		{ name: 'resformer:sparse', formula: 'U = Aₙ V′ₙ, V′ₙ = 5V₁ + Vₙ in the last ⌈3L/8⌉ layers, else Vₙ' },
		{ name: 'resformer:learnable', formula: 'U = Aₙ V′ₙ, V′ₙ = λₙ₁V₁ + λₙ₂Vₙ, λ learned from (½, ½)' },
		{ name: 'resformer:plus', formula: 'U = Aₙ V′ₙ, V′ₙ = λₙ₁V₁ + λₙ₂Vₙ, λₙ₁ = s·softmaxₙ(ℓ), all learned' },
		{ name: 'resformer:dense', formula: 'U = Aₙ V′ₙ, V′ₙ = Σ_{i≤n} λₙᵢ Vᵢ, λ learned' },
	],
	head: 'resformer',
	takesParameters: true,
	read: readForm,
	canonical: ({ form, lambdas, mixedLayers }) => ({ form, lambdas: lambdas && ownLambdas(form, lambdas), mixedLayers }),
	weights: [
		{ label: 'λ₁', of: 'of V₁', get: (choice) => namedLambdas(choice)?.[0] ?? null, set: (choice, value) => withLambdas(choice, [value]) },
		{
			label: 'λ₂',
			of: 'of Vₙ',
			get: (choice) => namedLambdas(choice)?.[1] ?? null,
			set: (choice, value) => withLambdas(choice, [undefined, value]),
		},
	],
	print({ form, lambdas, mixedLayers }) {
		const parameters = [...(lambdas ?? []).map(String), ...(mixedLayers ? [`layers=${mixedLayers.join('.')}`] : [])];
		return `resformer${form === 'identity' ? '' : `:${form}`}${parameters.length ? `(${parameters.join(';')})` : ''}`;
	},
	label({ form, lambdas, mixedLayers }) {
		const values = [...(lambdas ?? []), ...(mixedLayers ? [`layers ${mixedLayers.join(', ')}`] : [])].join('; ');
		return `ResFormer ${form}${values ? ` (${values})` : ''}`;
	},
	style: ({ form, lambdas }) => ({ ...STYLES[form], ...(lambdas && { dash: '5 2 1 2' }) }),
	sizeProblem: ({ mixedLayers }, { layers }) =>
		mixedLayers?.some((layer) => layer > layers) ? { field: 'layers', message: `mixes in a layer beyond layers ${layers}` } : null,
	stored: {
		forms: RESFORMER_FORMS,
		// Only the identity form has no parameters, so a file of it may leave out λ.
		lambdas: (form) => (form === 'identity' ? FIXED_FORMS.identity : form && form in FIXED_FORMS ? null : undefined),
	},
};

/** λ₁ and λ₂ of a form whose name can set them, else null: those of the identity form are part of its definition. */
const namedLambdas = ({ form, lambdas }: ResFormerChoice): LambdaPair | null =>
	form === 'identity' ? null : (lambdas ?? FIXED_FORMS[form] ?? null);

function withLambdas(choice: ResFormerChoice, [first, second]: readonly (number | undefined)[]): ResFormerChoice {
	const [one, two] = namedLambdas(choice) ?? [0, 0];
	return { ...choice, lambdas: [first ?? one, second ?? two] };
}

/** null for a form's defaults, so that equal methods have equal names. */
function ownLambdas(form: ResFormerForm, lambdas: LambdaPair): LambdaPair | null {
	const own = FIXED_FORMS[form];
	return lambdas[0] === own?.[0] && lambdas[1] === own[1] ? null : lambdas;
}

const STYLES: Readonly<Record<ResFormerForm, RunStyle>> = {
	identity: { colour: '#0072b2', dash: '', marker: 'square' },
	constant: { colour: '#1f7ab8', dash: '7 3', marker: 'square' },
	sparse: { colour: '#2d81bd', dash: '2 3', marker: 'square' },
	learnable: { colour: '#3a88c2', dash: '9 3 2 3', marker: 'square' },
	plus: { colour: '#468ec6', dash: '12 4', marker: 'square' },
	dense: { colour: '#4f93ca', dash: '4 2 1 2', marker: 'square' },
};

function readForm(part: Part): ResFormerChoice | null {
	const form = RESFORMER_FORMS.find((name) => name === (part.argument ?? 'identity'));
	if (!form) return null;
	if (part.parameters === undefined) return { form, lambdas: null, mixedLayers: null };
	if (form !== 'constant' && form !== 'sparse')
		throw new Refusal(`\`${part.text}\`: the ${form} form takes no parameters; constant and sparse do`);
	return { form, ...readFixedForm(part.parameters, form, part) };
}

/** Reads `5;1;layers=3.4` as λ and layers. Either may be left out. */
function readFixedForm(parameters: string, form: 'constant' | 'sparse', part: Part): Pick<ResFormerChoice, 'lambdas' | 'mixedLayers'> {
	const pieces = parameters.split(';');
	let mixedLayers: number[] | null = null;
	if (form === 'sparse' && pieces.at(-1)?.startsWith('layers=')) {
		const list = (pieces.pop() as string).slice('layers='.length).split('.');
		// Layer 1 never mixes.
		mixedLayers = [...new Set(list.map((layer) => readCount(layer, 2, 'a mixed layer', part)))].sort((a, b) => a - b);
	}
	if (pieces.length === 0) return { lambdas: null, mixedLayers };
	if (pieces.length !== 2) {
		const example = form === 'sparse' ? 'resformer:sparse(5;1;layers=3.4)' : 'resformer:constant(2;1)';
		throw new Refusal(`\`${part.text}\`: expected λ₁ and λ₂, as in ${example}`);
	}
	const [first, second] = pieces.map((piece) => readLambda(piece, part));
	return { lambdas: ownLambdas(form, [first, second]), mixedLayers };
}
