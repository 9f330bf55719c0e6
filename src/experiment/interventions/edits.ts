/** Functions from an intervention to the next one, for interventions of every kind. */
import { descriptorOf, editsOf, INTERVENTION_KEYS, type Intervention, type InterventionKey, NO_INTERVENTION } from '.';
import { type AnyEdit, PLACE_FIELDS } from './descriptor';
import type { LambdaControl, LambdaEdit } from './lambdas';

export type Edit = (before: Intervention) => Intervention;

/** The fields that say where an edit acts. */
type At = Omit<AnyEdit, 'value'>;

export const resetAll: Edit = () => NO_INTERVENTION;

const samePlace = (a: At, b: At): boolean => a.layer === b.layer && a.head === b.head && a.key === b.key && a.index === b.index;

/** An edit at the place; undefined if there is none. */
const editAt = (intervention: Intervention, key: InterventionKey, place: At): AnyEdit | undefined =>
	editsOf(intervention, key).find((edit) => samePlace(edit, place));

const withEdits = (before: Intervention, key: InterventionKey, edits: readonly AnyEdit[]): Intervention => ({ ...before, [key]: edits });

const without = (before: Intervention, key: InterventionKey, place: At): AnyEdit[] =>
	editsOf(before, key).filter((edit) => !samePlace(edit, place));

/** The fields of `place` that the intervention reads. */
function placeOf(key: InterventionKey, place: At): At {
	const { target } = descriptorOf(key);
	return target === 'model'
		? {}
		: Object.fromEntries(PLACE_FIELDS[target].map((field) => [field, (place as AnyEdit)[field as keyof AnyEdit]]));
}

/** Switches an intervention on the whole model. */
export const setSwitch =
	(key: InterventionKey, on: boolean): Edit =>
	(before) => ({ ...before, [key]: on });

/** Adds the place, or removes it if it is there. */
export const togglePlace =
	(key: InterventionKey, place: At): Edit =>
	(before) => {
		const others = without(before, key, place);
		return withEdits(before, key, others.length < editsOf(before, key).length ? others : [...others, placeOf(key, place)]);
	};

export const resetPlace =
	(key: InterventionKey, place: At): Edit =>
	(before) =>
		withEdits(before, key, without(before, key, place));

/** Sets the number at a place; the neutral one removes the edit. */
export const setNumber =
	(key: InterventionKey, place: At, value: number, neutral: number): Edit =>
	(before) => {
		const others = without(before, key, place);
		return withEdits(before, key, value === neutral ? others : [...others, { ...placeOf(key, place), value }]);
	};

export const numberAt = (intervention: Intervention, key: InterventionKey, place: At, neutral: number): number =>
	editAt(intervention, key, place)?.value ?? neutral;

/** True if the intervention acts on the place; on a key it may do so in every layer. */
export const isOn = (intervention: Intervention, key: InterventionKey, place: At): boolean =>
	editsOf(intervention, key).some(
		(edit) => samePlace(edit, place) || (edit.layer === null && samePlace({ ...edit, layer: place.layer }, place)),
	);

/** Moves an edit of a key to one layer, or to all (null). */
export const moveToLayer =
	(key: InterventionKey, edit: AnyEdit, layer: number | null): Edit =>
	(before) => {
		const moved = { ...edit, layer };
		const others = editsOf(before, key).filter((other) => !samePlace(other, edit) && !samePlace(other, moved));
		return withEdits(before, key, [...others, moved]);
	};

/** Removes edits of keys, because another text has other tokens at those positions. */
export const withoutPositions: Edit = (before) =>
	INTERVENTION_KEYS.filter((key) => descriptorOf(key).target === 'key' && editsOf(before, key).length > 0).reduce<Intervention>(
		(rest, key) => withEdits(rest, key, []),
		before,
	);

/** Edits of positions as in `kept`, all others as in `now`. */
export const withPositionsOf = (now: Intervention, kept: Intervention): Intervention =>
	INTERVENTION_KEYS.filter((key) => descriptorOf(key).target === 'key').reduce<Intervention>(
		(rest, key) => withEdits(rest, key, editsOf(kept, key)),
		now,
	);

/** λ edits that training can continue with. */
export const trainable = ({ lambdas }: Intervention, controls: readonly LambdaControl[]): LambdaEdit[] =>
	lambdas.filter((edit) => controls.some((control) => control.trains && samePlace(control, edit)));

/** The intervention for another run of the same sizes. Edits of λ keep their layer and label; those that the other run lacks are dropped. */
export function carriedOver(intervention: Intervention, from: readonly LambdaControl[], to: readonly LambdaControl[]): Intervention {
	const lambdas = intervention.lambdas.flatMap((edit) => {
		const label = from.find(({ layer, index }) => layer === edit.layer && index === edit.index)?.label;
		const target = to.find((control) => control.layer === edit.layer && control.label === label);
		return target ? [{ layer: target.layer, index: target.index, value: edit.value }] : [];
	});
	return { ...intervention, lambdas };
}
