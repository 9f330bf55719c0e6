import type { MixingWeight, ValueWeight } from './scheme';

const DIGITS = '₀₁₂₃₄₅₆₇₈₉';

/** 12 → ₁₂ */
export const subscript = (number: number): string => [...String(number)].map((digit) => DIGITS[Number(digit)]).join('');

/** Weights that are the numbers of one tensor, in order. */
export const weightsOf = (name: string, labels: readonly string[]): MixingWeight[] =>
	labels.map((label, i) => ({ label, names: [name], value: (numbers) => numbers(name)[i] }));

/** A weight that the method's formula has as a plain number. */
export const constantWeight = (label: string, on: ValueWeight['on'], value: number): ValueWeight => ({
	label,
	on,
	names: [],
	value: () => value,
});

/** Numbers with one of them replaced. */
export const replaced = (numbers: ArrayLike<number>, index: number, value: number): number[] =>
	Array.from(numbers, (number, i) => (i === index ? value : number));
