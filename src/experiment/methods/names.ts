/**
 * The grammar of methods' names.
 *
 *     name = part { "+" part }            in any order; one canonical order is printed
 *     part = head [ ":" argument ] [ "(" parameters ")" ]
 *
 * The descriptors define the valid parts, such as `resformer:learnable`, `neutreno(0.3)` or `gqa:2`. Names have no comma and
 * no space, so that a list of them stays readable in a link.
 */
import { nearestName } from '../nearest';
import {
	type AdditionDescriptor,
	type MethodSizes,
	type Part,
	Refusal,
	SCHEME_ORDER,
	type SchemeDescriptor,
	type SizeProblem,
} from './descriptor';
import {
	ADDITION_NAMES,
	ADDITIONS,
	type AdditionName,
	type Additions,
	isScheme,
	type Method,
	SCHEME_NAMES,
	SCHEMES,
	type Scheme,
	type SchemeName,
} from './index';
import { incompatiblePair } from './refusals';

export type MethodResult = { ok: true; method: Method } | { ok: false; message: string };

// Loops over the tables lose the link between a key and the type of its choice, so these return the general types.
const schemeOf = (name: SchemeName): SchemeDescriptor => SCHEMES[name];
const additionOf = (name: AdditionName): AdditionDescriptor => ADDITIONS[name];

/** @param descriptors those whose names may be meant */
function unknownMethod(
	text: string,
	descriptors: readonly Pick<AdditionDescriptor, 'catalogue'>[] = [...Object.values(SCHEMES), ...Object.values(ADDITIONS)],
): Refusal {
	const bare = text.replace(/\(.*$/, '');
	const names = descriptors.flatMap(({ catalogue }) => catalogue.map(({ name }) => name));
	return new Refusal(`unknown method \`${text.slice(0, 60)}\`: did you mean \`${nearestName(bare, names)}\`?`);
}

/** The parts of a name read so far. */
interface Reading {
	heads: Set<string>;
	schemes: Map<SchemeName, object>;
	additions: Map<AdditionName, unknown>;
}

function readPart(text: string, { heads, schemes, additions }: Reading): void {
	const match = /^([a-z][a-z0-9-]*)(?::([a-z0-9-]+))?(?:\(([^()]+)\))?$/.exec(text);
	if (!match) throw unknownMethod(text);
	const part: Part = { text, head: match[1], argument: match[2], parameters: match[3] };
	const scheme = SCHEME_NAMES.find((name) => schemeOf(name).head === part.head);
	const addition = ADDITION_NAMES.find((name) => additionOf(name).heads.includes(part.head));
	const descriptor = scheme ? schemeOf(scheme) : addition && additionOf(addition);
	if (!descriptor) throw unknownMethod(text);
	if (part.parameters !== undefined && !descriptor.takesParameters) throw new Refusal(`\`${text}\`: ${part.head} takes no parameters`);
	const choice = descriptor.read(part);
	if (choice === null) throw unknownMethod(text, [descriptor]);
	if (scheme) schemes.set(scheme, choice as object);
	if (!addition) return;
	if (additions.has(addition) && !heads.has(part.head))
		throw new Refusal(
			`\`${additionOf(addition).print(additions.get(addition))}+${part.head}\` has no defined formula: one ${descriptor.title} at a time`,
		);
	additions.set(addition, choice);
}

/** The scheme that the named ones make together. @throws Refusal if they do not combine */
function combineSchemes(schemes: ReadonlyMap<SchemeName, object>): Scheme {
	const names = [...schemes.keys()];
	const make = (name: SchemeName, choice: object): Scheme => {
		const descriptor = schemeOf(name);
		const canonical = descriptor.canonical?.(choice) ?? choice;
		const { defined } = descriptor.stored ?? {};
		if (defined && 'form' in canonical && !defined.forms.includes(canonical.form as string))
			throw new Refusal(`\`${descriptor.print(canonical)}\` has no defined formula: ${defined.reason}`);
		return { name, choice: canonical } as Scheme;
	};
	if (names.length === 0) return make('own', {});
	if (names.length === 1) return make(names[0], schemes.get(names[0]) as object);
	const combinations = SCHEME_NAMES.filter((name) => schemeOf(name).combines);
	for (const name of combinations) {
		const { combines, combine } = schemeOf(name);
		const parts = combines?.map((part) => schemes.get(part as SchemeName)) ?? [];
		if (names.length === 2 && parts[0] && parts[1] && combine) return make(name, combine(parts[0], parts[1]));
	}
	const pairs = combinations.map((name) => schemeOf(name).combines?.join(' and '));
	throw new Refusal(
		`\`${names.map((name) => schemeOf(name).head).join('+')}\` has no defined formula: of two value schemes only ${pairs.join(', or ')} combine`,
	);
}

/** @throws Refusal naming the first pair of ingredients that have no defined formula together, in canonical order */
function refuseIncompatible(method: Omit<Method, 'name' | 'label'>): void {
	const pair = incompatiblePair(method.scheme.name, method);
	if (!pair) return;
	const printed = [pair.by, pair.with].map((key) =>
		isScheme(key) ? { order: SCHEME_ORDER, text: key } : { order: additionOf(key).order, text: additionOf(key).print(method[key]) },
	);
	printed.sort((a, b) => a.order - b.order);
	throw new Refusal(`\`${printed.map(({ text }) => text).join('+')}\` has no defined formula: ${pair.because}`);
}

/**
 * Reads a method's name, in any case and any order of parts. Returns a message instead if a part is unknown (with the
 * nearest name), a parameter is out of range or the combination has no defined formula. `rules.ts` checks that it fits an
 * experiment's sizes.
 */
export function parseMethod(text: string): MethodResult {
	const reading: Reading = { heads: new Set(), schemes: new Map(), additions: new Map() };
	try {
		for (const part of text.trim().toLowerCase().split('+')) {
			readPart(part, reading);
			const head = part.replace(/[:(].*$/, '');
			if (reading.heads.has(head)) throw new Refusal(`\`${text.trim().slice(0, 60)}\` names ${head} twice`);
			reading.heads.add(head);
		}
		const scheme = combineSchemes(reading.schemes);
		const additions = Object.fromEntries(
			ADDITION_NAMES.map((name) => [name, reading.additions.get(name) ?? additionOf(name).off]),
		) as unknown as Additions;
		const choices = { scheme, ...additions };
		refuseIncompatible(choices);
		return { ok: true, method: { name: methodName(choices), label: labelOf(choices), ...choices } };
	} catch (error) {
		if (error instanceof Refusal) return { ok: false, message: error.message };
		throw error;
	}
}

type Choices = Pick<Method, 'scheme' | AdditionName>;

/** Additions that a method uses, in the order of the catalogue. */
export const usedAdditions = (choices: Additions): AdditionName[] =>
	ADDITION_NAMES.filter((name) => choices[name] !== additionOf(name).off);

/** A text for the scheme (unless it is `own`) and each addition, in the order of a canonical name. */
function texts({ scheme, ...additions }: Choices, of: 'print' | 'label'): string[] {
	const parts = usedAdditions(additions).map((name) => ({ order: additionOf(name).order, text: additionOf(name)[of](additions[name]) }));
	if (scheme.name !== 'own') parts.push({ order: SCHEME_ORDER, text: schemeOf(scheme.name)[of](scheme.choice) });
	if (parts.length === 0) return [SCHEMES.own[of]({})];
	return parts.sort((a, b) => a.order - b.order).map(({ text }) => text);
}

/** The canonical name of a method's choices: `parseMethod` reads it back, and equal choices have equal names. */
export const methodName = (choices: Choices): string => texts(choices, 'print').join('+');

/** Display name: `DenseFormer + ResFormer learnable`. */
/** The label of the method with this name; the name itself if there is no such method. */
export function methodLabel(name: string): string {
	const result = parseMethod(name);
	return result.ok ? result.method.label : name;
}

const labelOf = (choices: Choices): string => texts(choices, 'label').join(' + ');

function kvHeadsProblem(scheme: SchemeName, kvHeads: number): SizeProblem | null {
	const { leastKvHeads = 1 } = schemeOf(scheme);
	return kvHeads < leastKvHeads ? { field: 'kvHeads', message: `needs at least ${leastKvHeads} KV heads, not ${kvHeads}` } : null;
}

/** The first size of an experiment that a method does not fit; null if it fits all. */
export function methodSizeProblem(method: Method, sizes: MethodSizes): SizeProblem | null {
	const { scheme } = method;
	const problems = [
		kvHeadsProblem(scheme.name, sizes.kvHeads),
		schemeOf(scheme.name).sizeProblem?.(scheme.choice, sizes),
		...usedAdditions(method).map((name) => additionOf(name).sizeProblem?.(method[name], sizes)),
	];
	return problems.find((problem) => problem) ?? null;
}

/** True if a part of the method looks tokens up in a table. */
export const readsTokens = (method: Method): boolean => usedAdditions(method).some((name) => additionOf(name).readsTokens);

/** True if a part of the method takes a share of the attention, so that the probabilities of a row sum to less than 1. */
export const takesAttention = (method: Method): boolean => usedAdditions(method).some((name) => additionOf(name).takesAttention);

/** A λ that the method's name can set. */
export interface MethodWeight {
	/** `λ₁` */
	label: string;
	/** In a few words, what it weighs. */
	of: string;
	value: number;
	/** The canonical name of the method with another value. */
	named(value: number): string;
}

/** The λ that the name of this method can set, in the order of the name. */
export function methodWeights(method: Method): MethodWeight[] {
	const { name, choice } = method.scheme;
	const { canonical = (same: object) => same, weights = [] } = schemeOf(name);
	return weights.flatMap(({ label, of, get, set }) => {
		const value = get(choice);
		if (value === null) return [];
		const named = (other: number) => methodName({ ...method, scheme: { name, choice: canonical(set(choice, other)) } as Scheme });
		return [{ label, of, value, named }];
	});
}

/** Methods of a validated experiment, in its order. @throws Error for a name that `parseMethod` refuses */
export function methodsOf(experiment: { methods: readonly string[] }): Method[] {
	return experiment.methods.map((name) => {
		const result = parseMethod(name);
		if (!result.ok) throw new Error(result.message);
		return result.method;
	});
}
