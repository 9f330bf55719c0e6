/** The kinds of field that an experiment can have, and the type of value that each kind holds. */
import type { OptimizerName } from './optimizers';

export const FIELD_GROUPS = ['task', 'methods', 'model', 'training', 'probe'] as const;
/** The part of the form that a field belongs to. */
export type FieldGroup = (typeof FIELD_GROUPS)[number];

/**
 * The parts of an experiment that depend on a field:
 * - `task`: the sequences, and so the data that losses are measured on;
 * - `batches`: the number of sequences per step;
 * - `model`: the shapes and formulas of the model;
 * - `training`: the updates;
 * - `memory`: how much is kept at once, and no number but for rounding;
 * - `probe`: the times and the amount of data of measurements.
 */
export type Effect = 'task' | 'batches' | 'model' | 'training' | 'memory' | 'probe';

interface FieldBase {
	/** The form's label. */
	label: string;
	/** Unit of the value; empty for a plain number or name. */
	unit: string;
	/** One or two sentences on its effect. */
	help: string;
	group: FieldGroup;
	affects: readonly Effect[];
	/** True if a fork may change it while a model trains. */
	forkable?: true;
	/** True if the form shows it at once; the other fields of its group are under "More". */
	main?: true;
	/** Its name in a checkpoint's config.json, at the top or in `training`; absent = the file does not have it. */
	config?: string;
	/** The tasks that use it; absent = all. With any other task it must keep its default, and the form hides it. */
	tasks?: readonly string[];
	/** The optimisers that use it; absent = all. With any other it has no effect, and the form hides it. */
	optimizers?: readonly OptimizerName[];
	/** False if another field's value makes runs ignore this one; the form then hides it. Absent = never. */
	usedIf?(experiment: never): boolean;
}

export interface NumberField<Value extends number | null = number | null> extends FieldBase {
	kind: 'number';
	default: Value;
	integer: boolean;
	/** Smallest value allowed. */
	min: number;
	/** Largest value allowed. */
	max: number;
	/** Meaning of null; absent = null is not allowed. */
	whenNull?: string;
	/** Another field that this one may not exceed. A default above it is lowered to it. */
	atMost?: string;
}

export interface ChoiceField<Value extends string = string> extends FieldBase {
	kind: 'choice';
	default: Value;
	choices: readonly Value[];
	/** The form's names for the choices; absent = the choices themselves. */
	choiceLabels?: Readonly<Record<Value, string>>;
}

export interface FlagField extends FieldBase {
	kind: 'flag';
	default: boolean;
}

/** A set of characters, each at most once. */
export interface CharactersField extends FieldBase {
	kind: 'characters';
	default: string;
	/** Largest number of characters (code points). */
	max: number;
}

/** A text of up to `max` characters; `ownText.ts` has its rules. */
export interface TextField extends FieldBase {
	kind: 'text';
	default: string;
	/** Largest number of characters (code points). */
	max: number;
}

/** A list of distinct method names; `methods.ts` has their grammar. */
export interface MethodsField extends FieldBase {
	kind: 'methods';
	default: string[];
}

/** A list of distinct unsigned 32-bit integers. */
export interface SeedsField extends FieldBase {
	kind: 'seeds';
	default: number[];
}

export type Field = NumberField | ChoiceField | FlagField | CharactersField | TextField | MethodsField | SeedsField;

/** The kind of field that holds a value of type `Value`. Checks a table of fields against the type of an experiment. */
export type FieldFor<Value> = [Value] extends [boolean]
	? FlagField
	: [Value] extends [number | null]
		? NumberField<Value>
		: [Value] extends [string[]]
			? MethodsField
			: [Value] extends [number[]]
				? SeedsField
				: [Value] extends [string]
					? string extends Value
						? CharactersField | TextField
						: ChoiceField<Value>
					: never;

/** The type of value that a field holds, the inverse of `FieldFor`. */
export type ValueOf<Entry> = Entry extends { kind: 'number' }
	? Entry extends { whenNull: string }
		? number | null
		: number
	: Entry extends { kind: 'flag' }
		? boolean
		: Entry extends { kind: 'choice'; choices: readonly (infer Choice)[] }
			? Choice
			: string;

export const whole = { kind: 'number', integer: true, unit: '' } as const;
export const real = { kind: 'number', integer: false, unit: '' } as const;
