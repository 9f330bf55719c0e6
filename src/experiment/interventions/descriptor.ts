/** Parts of a model that an intervention can act on, as data. All indices count from 0; a layer of null means every layer. */
export interface Places {
	layer: { readonly layer: number };
	head: { readonly layer: number; readonly head: number };
	/** A position of the sequence, as attention reads it. */
	key: { readonly layer: number | null; readonly key: number };
	/** A weight on values: `index` is its place in the layer's list (`LambdaControl`). */
	weight: { readonly layer: number; readonly index: number };
}

export type Target = keyof Places;

/** The fields that make up a place. */
export const PLACE_FIELDS = {
	layer: ['layer'],
	head: ['layer', 'head'],
	key: ['key', 'layer'],
	weight: ['layer', 'index'],
} as const satisfies { [T in Target]: readonly (keyof Places[T])[] };

interface ControlText {
	/** Label of its control. The panel adds the place, except to numbers of a key: the row above them names it. */
	label: string;
	/** One sentence: its effect on the forward pass. */
	help: string;
	formula?: string;
}

/** Acts on the whole model: true or false. */
export interface ModelSwitch extends ControlText {
	target: 'model';
}

/** Acts on single parts of the model. */
interface PlacedSwitches<T extends Target> extends ControlText {
	target: T;
	range?: undefined;
	/** An entry in the list of changes; `place` is text such as `layer 2, head 1`. */
	change(place: string): string;
	/** Keyboard key that toggles it on the open map. */
	shortcut?: string;
	/** Set if the control is on the map and not in the panel. */
	onMap?: true;
}

/** Acts on single parts of the model, with a number for each. */
interface PlacedNumbers<T extends Target> extends ControlText {
	target: T;
	range: NumberRange;
	change(place: string, value: string): string;
}

export interface NumberRange {
	/** The number that changes nothing; null = the model's own number at that place. */
	neutral: number | null;
	/** Range of the slider. */
	least: number;
	most: number;
	step: number;
	/** Numbers outside these limits are refused. */
	limits: readonly [least: number, most: number];
}

export type SwitchesAt = { [T in Target]: PlacedSwitches<T> }[Target];
export type NumbersAt = { [T in Target]: PlacedNumbers<T> }[Target];

/** Everything about an intervention except its maths, which has the same key in src/analysis/interventions. */
export type InterventionDescriptor = ModelSwitch | SwitchesAt | NumbersAt;

/** Data of an intervention: a boolean, or a list of places, each with a number if the intervention has a range. */
export type DataOf<D> = D extends { target: infer T extends Target; range: NumberRange }
	? readonly (Places[T] & { readonly value: number })[]
	: D extends { target: infer T extends Target }
		? readonly Places[T][]
		: boolean;

/** An edit of any intervention, for code that treats all of them alike. */
export interface AnyEdit {
	readonly layer?: number | null;
	readonly head?: number;
	readonly key?: number;
	readonly index?: number;
	readonly value?: number;
}
