/** Steps from one intervention to the next. Layers, heads and positions count from 0; a layer of null is every layer. */
import { type Intervention, type LambdaControl, type LambdaEdit, NO_INTERVENTION } from '../../experiment/intervention';

export type Edit = (before: Intervention) => Intervention;

export const takeAllBack: Edit = () => NO_INTERVENTION;

const sameWeight = (a: { layer: number; index: number }, b: { layer: number; index: number }) => a.layer === b.layer && a.index === b.index;

/** Moves a weight on values; the value that the model has takes the edit back. */
export const moveLambda =
	(control: LambdaControl, value: number): Edit =>
	(before) => {
		const others = before.lambdas.filter((edit) => !sameWeight(edit, control));
		const { layer, index } = control;
		return { ...before, lambdas: value === control.value ? others : [...others, { layer, index, value }] };
	};

/** The values that the model has in place of what was moved. */
export const takeLambdasBack: Edit = (before) => ({ ...before, lambdas: [] });

export const dropFirstValues =
	(drop: boolean): Edit =>
	(before) => ({ ...before, withoutFirstValues: drop });

export const addSinkLogit =
	(add: boolean): Edit =>
	(before) => ({ ...before, sinkLogit: add });

export const isMasked = ({ maskedKeys }: Intervention, layer: number, key: number): boolean =>
	maskedKeys.some((mask) => mask.key === key && (mask.layer ?? layer) === layer);

/** Masks the key in one layer or in all; a key that is masked there already is seen again. */
export const toggleMask =
	(key: number, layer: number | null): Edit =>
	(before) => {
		const others = before.maskedKeys.filter((mask) => mask.key !== key || mask.layer !== layer);
		return { ...before, maskedKeys: others.length < before.maskedKeys.length ? others : [...others, { layer, key }] };
	};

/** A masked key in one layer, or in all. */
export const scopeMask =
	(mask: Intervention['maskedKeys'][number], layer: number | null): Edit =>
	(before) => ({
		...before,
		maskedKeys: [
			...before.maskedKeys.filter((other) => other.key !== mask.key || (other !== mask && other.layer !== layer)),
			{ ...mask, layer },
		],
	});

export const isOff = ({ headsOff }: Intervention, layer: number, head: number): boolean =>
	headsOff.some((off) => off.layer === layer && off.head === head);

/** Switches a head off, or on again. */
export const toggleHead =
	(layer: number, head: number): Edit =>
	(before) => ({
		...before,
		headsOff: isOff(before, layer, head)
			? before.headsOff.filter((off) => off.layer !== layer || off.head !== head)
			: [...before.headsOff, { layer, head }],
	});

export const scaleOf = ({ valueScales }: Intervention, key: number): number =>
	valueScales.find((scale) => scale.key === key && scale.layer === null)?.value ?? 1;

/** What every layer reads as the key's value, times `value`; 1 takes it back. */
export const scaleValue =
	(key: number, value: number): Edit =>
	(before) => {
		const others = before.valueScales.filter((scale) => scale.key !== key || scale.layer !== null);
		return { ...before, valueScales: value === 1 ? others : [...others, { layer: null, key, value }] };
	};

/** The weight as the intervention has it. */
export const lambdaOf = ({ lambdas }: Intervention, control: LambdaControl): number =>
	lambdas.find((edit) => sameWeight(edit, control))?.value ?? control.value;

/** Moved weights that training can go on with. */
export const trainable = ({ lambdas }: Intervention, controls: readonly LambdaControl[]): LambdaEdit[] =>
	lambdas.filter((edit) => controls.some((control) => control.trains && sameWeight(control, edit)));

/**
 * The same intervention on another run of the same sizes: weights go to those of the same layer and letter, as far as the
 * other has them.
 */
export function carriedOver(intervention: Intervention, from: readonly LambdaControl[], to: readonly LambdaControl[]): Intervention {
	const lambdas = intervention.lambdas.flatMap((edit) => {
		const label = from.find((control) => sameWeight(control, edit))?.label;
		const target = to.find((control) => control.layer === edit.layer && control.label === label);
		return target ? [{ layer: target.layer, index: target.index, value: edit.value }] : [];
	});
	return { ...intervention, lambdas };
}
