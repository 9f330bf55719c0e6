/**
 * Types of the ingredients of a method: one value scheme, which sets the values that a layer's attention reads, and any
 * number of additions. Each ingredient has a descriptor in this folder and its maths in `src/model/`, and is listed once in
 * the `index.ts` of both. Names, labels, the catalogue, colours, refusals and config.json follow from the descriptors.
 */
import type { MethodGroup } from './groups';

export type Marker = 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'plus' | 'star' | 'bar';

/** A run's colour, line and marker. No two entries of the catalogue share both marker and dash, so that no two differ by colour alone. */
export interface RunStyle {
	/** Contrast of at least 3:1 with the background and the panels of both themes (tests/ui/contrast.test.ts). */
	colour: string;
	/** SVG stroke-dasharray; empty = solid. */
	dash: string;
	marker: Marker;
}

/** One part of a method's name, `head[:argument][(parameters)]`, in lower case. */
export interface Part {
	text: string;
	head: string;
	argument?: string;
	parameters?: string;
}

/** A method that the form lists. */
export interface CatalogueEntry {
	/** Canonical name. */
	name: string;
	/** One line, for layers n ≥ 2 unless it says otherwise. U is the input of Wo. */
	formula: string;
	/** Continues the formula for a model with `heads` query heads. */
	note?(heads: number): string;
}

/** Sizes of an experiment that a method may not fit. */
export interface MethodSizes {
	layers: number;
	heads: number;
	/** KV heads that the method sets, or those of the experiment. */
	kvHeads: number;
}

export interface SizeProblem {
	field: keyof MethodSizes;
	/** Continues "`name` …". */
	message: string;
}

/** Another ingredient with which the declaring one has no defined formula. */
export interface Incompatible<Choice> {
	/** `scheme` (every value scheme but `own`), the key of one scheme, or the key of an addition that is in use. */
	with: string;
	/** True for the choices to refuse: `choice` is that of the declaring ingredient, `other` the other's (a scheme's is its key). Absent = all. */
	when?(choice: Choice, other: unknown): boolean;
	/** The reason, to follow "… has no defined formula: ". */
	because: string;
}

interface Descriptor<Choice> {
	/** Lower-case noun for messages. */
	title: string;
	/** The paper, with its arXiv number. */
	source: string;
	/** Its definition as a sentence in plain words. */
	plain: string;
	group: MethodGroup;
	catalogue: readonly CatalogueEntry[];
	/** True if its part of a name can have parameters in parentheses. */
	takesParameters?: boolean;
	/**
	 * Reads a part of a method's name that has this ingredient's head. Returns null if the argument is unknown.
	 *
	 * @throws Refusal if a value is outside its limits
	 */
	read(part: Part): Choice | null;
	/** Its part of the canonical name, from which `read` returns the same choice. */
	print(choice: Choice): string;
	label(choice: Choice): string;
	style(choice: Choice): RunStyle;
	incompatible?: readonly Incompatible<Choice>[];
	/** The size that the choice does not fit, if any. */
	sizeProblem?(choice: Choice, sizes: MethodSizes): SizeProblem | null;
}

/** A value scheme; a method has exactly one. `Choice` holds the settings in its part of the name. */
export interface SchemeDescriptor<Choice extends object = object> extends Descriptor<Choice> {
	/** Head of its part of a name; absent if two other schemes' parts together name it. */
	head?: string;
	/** Other schemes, by key, whose parts together name this one. */
	combines?: readonly [string, string];
	/** The choice that follows from those of the two schemes, in the order of `combines`. */
	combine?(first: object, second: object): Choice;
	/** The choice with null for values that equal the defaults, so that equal methods have equal choices. */
	canonical?(choice: Choice): Choice;
	/** KV heads that the scheme needs; absent: 1. */
	leastKvHeads?: number;
	/** λ that its part of a name can set, in the order of the name. */
	weights?: readonly SchemeWeight<Choice>[];
	stored?: StoredScheme;
}

/** A λ that a method's name can set. */
interface SchemeWeight<Choice> {
	/** `λ₁`, or `λ` if there is one. */
	label: string;
	/** In a few words, what it weighs. */
	of: string;
	/** The choice's value, its default included; null if this form of the scheme has no such λ. */
	get(choice: Choice): number | null;
	set(choice: Choice, value: number): Choice;
}

/** Settings of a scheme in `value_scheme` of config.json, next to `name`. */
export interface StoredScheme {
	/** Allowed values of `form`; the first is the default. */
	forms?: readonly string[];
	/** The forms that have a formula, and the reason that the others have none; absent = all have one. */
	defined?: { forms: readonly string[]; reason: string };
	/** Default λ₁ and λ₂ of a form with fixed λ; null if the file must have `lambdas`; undefined if the form has no fixed λ. */
	lambdas?(form: string | null): LambdaPair | null | undefined;
	/** Default of `lambda`. */
	lambda?: number;
}

/** λ₁ and λ₂. */
export type LambdaPair = readonly [number, number];

/** Kinds of value that an addition's setting can have in config.json. An unused addition is false, null or `least`. */
export type StoredAddition =
	| { kind: 'flag' }
	| { kind: 'choice'; choices: readonly string[] }
	/** A whole number. */
	| { kind: 'count'; least: number };

/**
 * An ingredient that combines with any scheme unless `incompatible` excludes it. Its key in the table is the name of its
 * setting in a method and in a model's config, and in snake case in config.json.
 */
export interface AdditionDescriptor<Choice = unknown> extends Descriptor<Choice> {
	/** The choice that means "not used". */
	off: Choice;
	/** Heads that its part of a name can have. */
	heads: readonly string[];
	/** Position in a canonical name: parts are printed in ascending order, with the scheme at `SCHEME_ORDER`. */
	order: number;
	/** Dash of the line if another ingredient sets its colour and no dash; absent = solid. */
	dash?: string;
	/** Set if it looks tokens up in a table, so that models of vectors can't have it. */
	readsTokens?: true;
	/** Set if it takes a share of the attention, so that the probabilities of a row sum to less than 1. */
	takesAttention?: true;
	/** Absent if the setting belongs to every model (`num_key_value_heads`). */
	stored?: StoredAddition;
}

export const SCHEME_ORDER = 20;

/** A method that is not possible, with a message for the user. */
export class Refusal extends Error {}

/** Largest |λ| that a name may set. */
export const MAX_LAMBDA = 100;
/** Largest layer, KV head or sharing factor that a name may give; the experiment's own sizes limit further. */
const MAX_COUNT = 64;

/** @throws Refusal */
export function readLambda(text: string, part: Part): number {
	const value = /^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/.test(text) ? Number(text) : Number.NaN;
	if (!(Math.abs(value) <= MAX_LAMBDA))
		throw new Refusal(`\`${part.text}\`: λ must be a number from ${-MAX_LAMBDA} to ${MAX_LAMBDA}, not \`${text}\``);
	return value + 0; // −0 + 0 = 0: one spelling of zero
}

/** @throws Refusal */
export function readCount(text: string, least: number, what: string, part: Part): number {
	const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
	if (!(value >= least && value <= MAX_COUNT))
		throw new Refusal(`\`${part.text}\`: ${what} must be a whole number from ${least} to ${MAX_COUNT}`);
	return value;
}

/** The choice of a scheme whose name has no settings. */
export type NoChoice = Record<never, never>;

/** `read`, `print`, `label` and `style` of a scheme whose name has no settings. */
export const plainScheme = (head: string, label: string, style: RunStyle) => ({
	head,
	read: ({ argument }: Part): NoChoice | null => (argument === undefined ? {} : null),
	print: () => head,
	label: () => label,
	style: () => style,
});
