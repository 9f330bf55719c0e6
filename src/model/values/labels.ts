import type { MixingWeight } from './scheme';

const DIGITS = '₀₁₂₃₄₅₆₇₈₉';

/** 12 → ₁₂ */
export const subscript = (number: number): string => [...String(number)].map((digit) => DIGITS[Number(digit)]).join('');

/** Weights that are the numbers of one tensor, in order. */
export const weightsOf = (name: string, labels: readonly string[]): MixingWeight[] =>
	labels.map((label, i) => ({ label, names: [name], value: (numbers) => numbers(name)[i] }));
