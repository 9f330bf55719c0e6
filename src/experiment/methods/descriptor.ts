/**
 * Descriptors of what a method is made of: one value scheme (what a layer's attention reads as values) and any number of
 * additions, which are independent of it. Each is one file here, with its maths in `src/model/`; both are listed once in
 * each folder's `index.ts`. Names, labels, the catalogue, colours, refusals and config.json follow from them.
 */
import type { MethodGroup } from './groups';

export type Marker = 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'plus' | 'star' | 'bar';

/** A run's colour, line and marker. No two entries of the catalogue share both marker and dash, so that colour never stands alone. */
export interface RunStyle {
	/** At least 3:1 against the ground and the panels of both themes (tests/ui/contrast.test.ts). */
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
	/** One line; U is what a layer's attention passes to Wo, for layers n ≥ 2 unless it says otherwise. */
	formula: string;
}

/** Numbers of an experiment that a method may not fit. */
export interface MethodSizes {
	layers: number;
	heads: number;
	/** KV heads that the method has: its own, or the experiment's. */
	kvHeads: number;
}

export interface SizeProblem {
	field: keyof MethodSizes;
	/** Continues "`name` …". */
	message: string;
}

/** An ingredient that has no defined formula together with the one that declares this. */
export interface Incompatible<Choice> {
	/** `scheme` (every value scheme but `own`), the key of one scheme, or the key of an addition that is in use. */
	with: string;
	/** Limits this to some of the choices, its own and the other's (a scheme's is its key); absent: all of them. */
	when?(choice: Choice, other: unknown): boolean;
}

interface Descriptor<Choice> {
	/** Lower-case noun for messages. */
	title: string;
	/** The paper, with its arXiv number. */
	source: string;
	group: MethodGroup;
	catalogue: readonly CatalogueEntry[];
	/** True if its parts of a name take parameters in parentheses. */
	takesParameters?: boolean;
	/**
	 * Reads a part of a method's name whose head is its own; null if there is no such argument.
	 *
	 * @throws Refusal for a value outside the limits
	 */
	read(part: Part): Choice | null;
	/** Its part of the canonical name; `read` gives the same choice back. */
	print(choice: Choice): string;
	label(choice: Choice): string;
	style(choice: Choice): RunStyle;
	incompatible?: readonly Incompatible<Choice>[];
	/** The size that the choice does not fit, if any. */
	sizeProblem?(choice: Choice, sizes: MethodSizes): SizeProblem | null;
}

/** A value scheme; a method has exactly one. Its choice is what its name sets beyond its key. */
export interface SchemeDescriptor<Choice extends object = object> extends Descriptor<Choice> {
	/** Head of its part of a name; absent for a scheme that is named by the parts of two others. */
	head?: string;
	/** Other schemes, by key, whose parts together name this one. */
	combines?: readonly [string, string];
	/** The choice that the two schemes' choices make, in the order of `combines`. */
	combine?(first: object, second: object): Choice;
	/** The choice with null for values that are its defaults, so that equal methods have equal choices. */
	canonical?(choice: Choice): Choice;
	stored?: StoredScheme;
}

/** The settings of a scheme that `value_scheme` of config.json has beside `name`. */
export interface StoredScheme {
	/** Values of `form`; the first where the file has none. */
	forms?: readonly string[];
	/** The forms that have a formula, and why the others have none; absent: all of them have one. */
	defined?: { forms: readonly string[]; reason: string };
	/** With fixed λ: λ₁ and λ₂ where the file has no `lambdas`, or null if it must have them. undefined: the form has no fixed λ. */
	lambdas?(form: string | null): LambdaPair | null | undefined;
	/** `lambda` where the file has none. */
	lambda?: number;
}

/** λ₁ and λ₂. */
export type LambdaPair = readonly [number, number];

/** Values of an addition's setting in config.json; the value that means "not used" comes with each. */
export type StoredAddition =
	| { kind: 'flag' }
	| { kind: 'choice'; choices: readonly string[] }
	/** A whole number; `least` means "not used". */
	| { kind: 'count'; least: number };

/**
 * An ingredient that goes with any scheme unless it says otherwise. Its key in the table is the name of its setting in a
 * method and in a model's config, and in snake case that of config.json.
 */
export interface AdditionDescriptor<Choice = unknown> extends Descriptor<Choice> {
	/** The choice that means "not used". */
	off: Choice;
	/** Heads of its parts of a name. */
	heads: readonly string[];
	/** Place in a canonical name: parts are printed in ascending order, with the scheme at `SCHEME_ORDER`. */
	order: number;
	/** Dash of a line whose colour is another ingredient's; absent: the line stays as it is. */
	dash?: string;
	/** Absent if the setting belongs to every model (`num_key_value_heads`). */
	stored?: StoredAddition;
}

export const SCHEME_ORDER = 20;

/** A method that is not possible, with a message for people. */
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

/** A scheme that is its head and nothing else. */
export type NoChoice = Record<never, never>;

/** `read`, `print`, `label` and `style` of a scheme that is its head and nothing else. */
export const plainScheme = (head: string, label: string, style: RunStyle) => ({
	head,
	read: ({ argument }: Part): NoChoice | null => (argument === undefined ? {} : null),
	print: () => head,
	label: () => label,
	style: () => style,
});
