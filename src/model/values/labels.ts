import type { MixingWeight, ValueWeight } from './scheme';

const DIGITS = '₀₁₂₃₄₅₆₇₈₉';

/** 12 → ₁₂ */
export const subscript = (number: number): string => [...String(number)].map((digit) => DIGITS[Number(digit)]).join('');

/** Weights that are the numbers of one tensor, in order. */
export const weightsOf = (name: string, labels: readonly string[]): MixingWeight[] =>
	labels.map((label, i) => ({ label, names: [name], value: (numbers) => numbers(name)[i] }));

/** A weight that is a plain number in the method's formula. */
export const constantWeight = (label: string, on: ValueWeight['on'], value: number): ValueWeight => ({
	label,
	on,
	names: [],
	value: () => value,
});

/** λ₁ and λ₂ that a config holds, on the values of two layers (from 0). */
export const fixedWeights = (pair: [number, number], on: readonly [number, number]): ValueWeight[] =>
	['λ₁', 'λ₂'].map((label, i) => ({
		label,
		on: on[i],
		names: [],
		value: () => pair[i],
		move: (value) => {
			pair[i] = value;
			return {};
		},
	}));

/** Numbers with one of them replaced. */
export const replaced = (numbers: ArrayLike<number>, index: number, value: number): number[] =>
	Array.from(numbers, (number, i) => (i === index ? value : number));
