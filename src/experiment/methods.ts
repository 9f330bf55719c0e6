/**
 * The methods that can be compared (METHODS.md section 2) and the grammar of their names.
 *
 *     name   = part { "+" part }            in any order; one canonical order is printed
 *     part   = vanilla | svformer | cross-layer | denseformer
 *            | resformer [ ":" form ]       identity (default), constant, sparse, learnable, plus, dense
 *            | neutreno [ "(" λ ")" ]
 *            | query-residual | key-residual | attention-residual | hidden-residual
 *            | gqa ":" heads | cla ":" factor
 *     fixed λ: resformer:constant(λ₁;λ₂)  resformer:sparse(λ₁;λ₂;layers=3.4)   layers count from 1
 *
 * No comma, no space: a list of names stays readable in a link.
 */
import { nearestName } from './nearest';
import type { AblationResidual, Method, ResFormerForm, ValueSchemeName } from './types';
import { ABLATION_RESIDUALS, RESFORMER_FORMS } from './types';

export const METHOD_GROUPS = ['baseline', 'ResFormer', 'other values', 'KV sharing', 'depth', 'other residuals'] as const;
export type MethodGroup = (typeof METHOD_GROUPS)[number];

/** One method as a form lists it. */
export interface MethodEntry {
	/** Canonical name, as `parseMethod` reads it. */
	name: string;
	label: string;
	/** One line; U is what the layer's attention hands to Wo, for layers n ≥ 2 unless it says otherwise. */
	formula: string;
	group: MethodGroup;
	/** False until the model room implements it; a validated experiment then refuses it. */
	available: boolean;
}

// biome-ignore format: a table reads by its columns
export const METHODS: readonly MethodEntry[] = [
	{ name: 'vanilla', label: 'Vanilla', formula: 'U = Aₙ Vₙ', group: 'baseline', available: true },
	{ name: 'resformer', label: 'ResFormer identity', formula: 'U = Aₙ V′ₙ, V′ₙ = ½V₁ + ½Vₙ', group: 'ResFormer', available: true },
	{ name: 'resformer:constant', label: 'ResFormer constant', formula: 'U = Aₙ V′ₙ, V′ₙ = 2V₁ + Vₙ', group: 'ResFormer', available: true },
	{ name: 'resformer:sparse', label: 'ResFormer sparse', formula: 'U = Aₙ V′ₙ, V′ₙ = 5V₁ + Vₙ in the last ⌈3L/8⌉ layers, else Vₙ', group: 'ResFormer', available: true },
	{ name: 'resformer:learnable', label: 'ResFormer learnable', formula: 'U = Aₙ V′ₙ, V′ₙ = λₙ₁V₁ + λₙ₂Vₙ, λ learned from (½, ½)', group: 'ResFormer', available: true },
	{ name: 'resformer:plus', label: 'ResFormer plus', formula: 'U = Aₙ V′ₙ, V′ₙ = λₙ₁V₁ + λₙ₂Vₙ, λₙ₁ = s·softmaxₙ(ℓ), all learned', group: 'ResFormer', available: true },
	{ name: 'resformer:dense', label: 'ResFormer dense', formula: 'U = Aₙ V′ₙ, V′ₙ = Σ_{i≤n} λₙᵢ Vᵢ, λ learned', group: 'ResFormer', available: true },
	{ name: 'svformer', label: 'SVFormer', formula: 'U = Aₙ V₁; layers 2..L have no Wv', group: 'other values', available: true },
	{ name: 'neutreno', label: 'NeuTRENO', formula: 'U = Aₙ Vₙ + λ(V₁ − Vₙ), λ = 0.4', group: 'other values', available: true },
	{ name: 'neutreno+resformer', label: 'NeuTRENO + ResFormer', formula: 'U = Aₙ V′ₙ + λ(V₁ − V′ₙ), V′ₙ = ½V₁ + ½Vₙ, λ = 0.2', group: 'other values', available: true },
	{ name: 'cross-layer', label: 'Cross-layer attention', formula: 'U = softmax([Qₙ Kₙᵀ, Qₙ K₁ᵀ]/√dh) [Vₙ; V₁]', group: 'other values', available: true },
	{ name: 'gqa:2', label: 'GQA (2 KV heads)', formula: 'query head i reads KV head ⌊i·G/H⌋, G = 2', group: 'KV sharing', available: true },
	{ name: 'cla:2', label: 'CLA (factor 2)', formula: 'layer l (from 0) reuses K and V of layer f·⌊l/f⌋, f = 2', group: 'KV sharing', available: true },
	{ name: 'denseformer', label: 'DenseFormer', formula: 'the next block reads Σ_{j≤i} αᵢⱼ Xⱼ, α learned', group: 'depth', available: true },
	{ name: 'query-residual', label: 'Query residual', formula: 'Q′ₙ = ½Q₁ + ½Qₙ, before RoPE', group: 'other residuals', available: true },
	{ name: 'key-residual', label: 'Key residual', formula: 'K′ₙ = ½K₁ + ½Kₙ, before RoPE', group: 'other residuals', available: true },
	{ name: 'attention-residual', label: 'Attention residual', formula: 'A′ₙ = ½A₁ + ½Aₙ', group: 'other residuals', available: true },
	{ name: 'hidden-residual', label: 'Hidden residual', formula: 'h ← ½h₀ + ½h at the end of every block', group: 'other residuals', available: true },
];

/** λ₁, λ₂ of the fixed forms where the name sets none. */
export const FORM_LAMBDAS: Readonly<Record<'identity' | 'constant' | 'sparse', readonly [number, number]>> = {
	identity: [0.5, 0.5],
	constant: [2, 1],
	sparse: [5, 1],
};

/** NeuTRENO's λ where the name sets none. */
export const NEUTRENO_LAMBDAS: Readonly<Record<'neutreno' | 'neutreno+resformer', number>> = { neutreno: 0.4, 'neutreno+resformer': 0.2 };

/** Largest |λ| that a name may set. */
export const MAX_LAMBDA = 100;
/** Largest layer, KV head or sharing factor that a name may give; the experiment's own sizes limit further. */
const MAX_COUNT = 64;

export type MethodResult = { ok: true; method: Method } | { ok: false; message: string };

/** The message of a method that can't be; thrown and caught inside this file. */
class Refusal extends Error {}

function unknownMethod(text: string): Refusal {
	const bare = text.replace(/\(.*$/, '');
	return new Refusal(
		`unknown method \`${text.slice(0, 60)}\`: did you mean \`${nearestName(
			bare,
			METHODS.map((entry) => entry.name),
		)}\`?`,
	);
}

function readLambda(text: string, part: string): number {
	const value = /^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/.test(text) ? Number(text) : Number.NaN;
	if (!(Math.abs(value) <= MAX_LAMBDA))
		throw new Refusal(`\`${part}\`: λ must be a number from ${-MAX_LAMBDA} to ${MAX_LAMBDA}, not \`${text}\``);
	return value + 0; // −0 + 0 = 0: one spelling of zero
}

function readCount(text: string, smallest: number, what: string, part: string): number {
	const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
	if (!(value >= smallest && value <= MAX_COUNT))
		throw new Refusal(`\`${part}\`: ${what} must be a whole number from ${smallest} to ${MAX_COUNT}`);
	return value;
}

/** `5;1;layers=3.4` → λ and layers; each of the two may be left out. */
function readFixedForm(parameters: string, form: 'constant' | 'sparse', part: string): Pick<Method, 'lambdas' | 'mixedLayers'> {
	const pieces = parameters.split(';');
	let mixedLayers: number[] | null = null;
	if (form === 'sparse' && pieces.at(-1)?.startsWith('layers=')) {
		const list = (pieces.pop() as string).slice('layers='.length).split('.');
		// Layer 1 is always plain, so that the smallest is 2.
		mixedLayers = [...new Set(list.map((layer) => readCount(layer, 2, 'a mixed layer', part)))].sort((a, b) => a - b);
	}
	if (pieces.length === 0) return { lambdas: null, mixedLayers };
	if (pieces.length !== 2) {
		const example = form === 'sparse' ? 'resformer:sparse(5;1;layers=3.4)' : 'resformer:constant(2;1)';
		throw new Refusal(`\`${part}\`: expected λ₁ and λ₂, as in ${example}`);
	}
	const [first, second] = pieces.map((piece) => readLambda(piece, part));
	const [ownFirst, ownSecond] = FORM_LAMBDAS[form];
	return { lambdas: first === ownFirst && second === ownSecond ? null : [first, second], mixedLayers };
}

/** What is gathered from a name's parts before they are put together. */
interface Parts {
	schemes: Set<'own' | 'resformer' | 'svformer' | 'neutreno' | 'cross-layer'>;
	form: ResFormerForm | null;
	lambdas: [number, number] | null;
	mixedLayers: number[] | null;
	neutrenoLambda: number | null;
	kvHeads: number | null;
	kvSharing: number;
	depthWeightedAverage: boolean;
	ablationResidual: AblationResidual | null;
}

const PLAIN_SCHEMES = { vanilla: 'own', svformer: 'svformer', 'cross-layer': 'cross-layer' } as const;

function readPart(part: string, parts: Parts): void {
	const match = /^([a-z-]+)(?::([a-z0-9-]+))?(?:\(([^()]+)\))?$/.exec(part);
	if (!match) throw unknownMethod(part);
	const [, head, argument, parameters] = match;

	if (head === 'resformer') {
		const form = (argument ?? 'identity') as ResFormerForm;
		if (!RESFORMER_FORMS.includes(form)) throw unknownMethod(part);
		if (parameters !== undefined && form !== 'constant' && form !== 'sparse')
			throw new Refusal(`\`${part}\`: the ${form} form takes no parameters; constant and sparse do`);
		parts.schemes.add('resformer');
		parts.form = form;
		if (parameters !== undefined) Object.assign(parts, readFixedForm(parameters, form as 'constant' | 'sparse', part));
		return;
	}
	if (head === 'neutreno' && argument === undefined) {
		parts.schemes.add('neutreno');
		if (parameters !== undefined) parts.neutrenoLambda = readLambda(parameters, part);
		return;
	}
	if (parameters !== undefined)
		throw METHODS.some((entry) => entry.name === head) ? new Refusal(`\`${part}\`: ${head} takes no parameters`) : unknownMethod(part);
	if (head === 'gqa') {
		parts.kvHeads = readCount(argument ?? '', 1, 'the number of KV heads, as in gqa:2,', part);
		return;
	}
	if (head === 'cla') {
		parts.kvSharing = readCount(argument ?? '', 2, 'the factor, as in cla:2,', part);
		return;
	}
	if (argument !== undefined) throw unknownMethod(part);
	if (Object.hasOwn(PLAIN_SCHEMES, head)) {
		parts.schemes.add(PLAIN_SCHEMES[head as keyof typeof PLAIN_SCHEMES]);
		return;
	}
	if (head === 'denseformer') {
		parts.depthWeightedAverage = true;
		return;
	}
	const ablation = ABLATION_RESIDUALS.find((name) => head === `${name}-residual`);
	if (!ablation) throw unknownMethod(part);
	if (parts.ablationResidual)
		throw new Refusal(`\`${parts.ablationResidual}-residual+${head}\` has no defined formula: one residual ablation at a time`);
	parts.ablationResidual = ablation;
}

/** The one scheme that the named ones make together. */
function combineSchemes(parts: Parts): ValueSchemeName {
	const schemes = [...parts.schemes];
	if (schemes.length === 0) return 'own';
	if (schemes.length === 1) return schemes[0];
	if (schemes.length === 2 && parts.schemes.has('neutreno') && parts.schemes.has('resformer')) {
		if (parts.form !== 'identity')
			throw new Refusal(
				`\`neutreno+resformer:${parts.form}\` has no defined formula: NeuTRENO combines with ResFormer's identity form alone`,
			);
		return 'neutreno+resformer';
	}
	const names = schemes.map((scheme) => (scheme === 'own' ? 'vanilla' : scheme));
	throw new Refusal(`\`${names.join('+')}\` has no defined formula: of two value schemes only neutreno and resformer combine`);
}

/** METHODS.md section 2: combinations with no defined formula are refused by name. */
function refuseUndefined(method: Method): void {
	const scheme = method.scheme === 'own' ? null : method.scheme;
	const ablation = method.ablationResidual && `${method.ablationResidual}-residual`;
	const refuse = (a: string, b: string): never => {
		throw new Refusal(`\`${a}+${b}\` has no defined formula`);
	};
	if (method.kvSharing > 1 && scheme) refuse(scheme, `cla:${method.kvSharing}`);
	if (ablation && scheme) refuse(scheme, ablation);
	if (ablation && method.kvSharing > 1) refuse(ablation, `cla:${method.kvSharing}`);
	if (ablation && method.depthWeightedAverage) refuse('denseformer', ablation);
}

/**
 * Reads a method's name, in any case and any order of parts. A message instead where a part is unknown (with the nearest
 * name), a parameter is out of range or the combination has no defined formula. Whether the method is available yet,
 * and whether it fits an experiment's sizes, are other questions: `methodAvailable`, `rules.ts`.
 */
export function parseMethod(text: string): MethodResult {
	const parts: Parts = {
		schemes: new Set(),
		form: null,
		lambdas: null,
		mixedLayers: null,
		neutrenoLambda: null,
		kvHeads: null,
		kvSharing: 1,
		depthWeightedAverage: false,
		ablationResidual: null,
	};
	try {
		const heads = new Set<string>();
		for (const part of text.trim().toLowerCase().split('+')) {
			readPart(part, parts);
			const head = part.replace(/[:(].*$/, '');
			if (heads.has(head)) throw new Refusal(`\`${text.trim().slice(0, 60)}\` names ${head} twice`);
			heads.add(head);
		}
		const { schemes: _, ...choices } = parts;
		const scheme = combineSchemes(parts);
		if (scheme === 'neutreno' || scheme === 'neutreno+resformer') {
			if (choices.neutrenoLambda === NEUTRENO_LAMBDAS[scheme]) choices.neutrenoLambda = null;
		}
		const method: Method = { name: '', label: '', scheme, ...choices };
		refuseUndefined(method);
		method.name = methodName(method);
		method.label = methodLabel(method);
		return { ok: true, method };
	} catch (error) {
		if (error instanceof Refusal) return { ok: false, message: error.message };
		throw error;
	}
}

function schemeName(method: Method): string | null {
	const { scheme, form, lambdas, mixedLayers, neutrenoLambda } = method;
	switch (scheme) {
		case 'own':
			return null;
		case 'resformer': {
			const parameters = [...(lambdas ?? []).map(String), ...(mixedLayers ? [`layers=${mixedLayers.join('.')}`] : [])];
			return `resformer${form === 'identity' ? '' : `:${form}`}${parameters.length ? `(${parameters.join(';')})` : ''}`;
		}
		case 'neutreno':
		case 'neutreno+resformer':
			return scheme.replace('neutreno', neutrenoLambda === null ? 'neutreno' : `neutreno(${neutrenoLambda})`);
		default:
			return scheme;
	}
}

/** The canonical name of a method's choices: `parseMethod` reads it back, and equal choices have equal names. */
export function methodName(method: Omit<Method, 'name' | 'label'>): string {
	const parts = [
		method.depthWeightedAverage ? 'denseformer' : null,
		schemeName(method as Method),
		method.ablationResidual ? `${method.ablationResidual}-residual` : null,
		method.kvSharing > 1 ? `cla:${method.kvSharing}` : null,
		method.kvHeads === null ? null : `gqa:${method.kvHeads}`,
	].filter((part) => part !== null);
	return parts.length ? parts.join('+') : 'vanilla';
}

/** What people read: `DenseFormer + ResFormer learnable`. */
function methodLabel(method: Method): string {
	const { lambdas, mixedLayers, neutrenoLambda, form, scheme } = method;
	const values = [...(lambdas ?? []), ...(mixedLayers ? [`layers ${mixedLayers.join(', ')}`] : [])].join('; ');
	const neutreno = neutrenoLambda === null ? 'NeuTRENO' : `NeuTRENO (${neutrenoLambda})`;
	const schemes: Record<ValueSchemeName, string | null> = {
		own: null,
		resformer: `ResFormer ${form}${values ? ` (${values})` : ''}`,
		svformer: 'SVFormer',
		neutreno,
		'neutreno+resformer': `${neutreno} + ResFormer`,
		'cross-layer': 'Cross-layer attention',
	};
	const ablation = method.ablationResidual;
	const labels = [
		method.depthWeightedAverage ? 'DenseFormer' : null,
		schemes[scheme],
		ablation ? `${ablation[0].toUpperCase()}${ablation.slice(1)} residual` : null,
		method.kvSharing > 1 ? `CLA (factor ${method.kvSharing})` : null,
		method.kvHeads === null ? null : `GQA (${method.kvHeads} KV ${method.kvHeads === 1 ? 'head' : 'heads'})`,
	].filter((label) => label !== null);
	return labels.length ? labels.join(' + ') : 'Vanilla';
}

/** The catalogue's entry names that a method is made of. */
function entryNames(method: Method): string[] {
	const scheme =
		method.scheme === 'own'
			? 'vanilla'
			: method.scheme === 'resformer' && method.form !== 'identity'
				? `resformer:${method.form}`
				: method.scheme;
	const names = [scheme];
	if (method.depthWeightedAverage) names.push('denseformer');
	if (method.ablationResidual) names.push(`${method.ablationResidual}-residual`);
	if (method.kvSharing > 1) names.push('cla:2');
	if (method.kvHeads !== null) names.push('gqa:2');
	return names;
}

/** True where the model room implements every part of the method. */
export function methodAvailable(method: Method): boolean {
	return entryNames(method).every((name) => METHODS.some((entry) => entry.name === name && entry.available));
}

/** Parsed methods of a validated experiment, in its order. Throws on a name that `parseMethod` refuses. */
export function methodsOf(experiment: { methods: readonly string[] }): Method[] {
	return experiment.methods.map((name) => {
		const result = parseMethod(name);
		if (!result.ok) throw new Error(result.message);
		return result.method;
	});
}
