import { expect, it } from 'vitest';
import { type Peaks, predictedStep, shareOfPeak } from '../../src/compiler/costModel';

const peaks: Peaks = {
	product: 100,
	attention: 10,
	score: 0.5,
	memory: 50,
	serial: 0,
	productPerWorkgroup: 25,
	attentionPerWorkgroup: 10,
	dispatch: 1,
};
const product = { arithmetic: 'product', flops: 300, scores: 0, moved: 50, grid: [3, 2, 1] as [number, number, number] } as const;
const attention = { arithmetic: 'attention', flops: 20, scores: 4, moved: 0, grid: [1, 1, 2] as [number, number, number] } as const;
const copy = { arithmetic: 'product', flops: 0, scores: 0, moved: 200, grid: [1, 1, 1] as [number, number, number] } as const;

it('a step takes its dispatches, and of each the longest of arithmetic, memory and one workgroup', () => {
	expect(predictedStep([product, attention, copy], peaks)).toBe(3 + 3 + (2 + 2) + 4);
	// Two workgroups do a third of what six do at once.
	expect(predictedStep([{ ...product, grid: [2, 1, 1] }], peaks)).toBe(1 + 6);
});

it('memory traffic that does not pass during the arithmetic adds to it', () => {
	expect(predictedStep([product], { ...peaks, serial: 1 })).toBe(1 + 3 + 1);
	expect(predictedStep([product], { ...peaks, serial: 1.5 })).toBe(1 + 3 + 1.5);
	expect(predictedStep([copy], { ...peaks, serial: 1 })).toBe(1 + 4);
});

it('a share of the peak is of arithmetic with its exponentials, or of memory', () => {
	expect(shareOfPeak(product, 6, peaks)).toBe(0.5);
	expect(shareOfPeak(attention, 8, peaks)).toBe(0.5);
	expect(shareOfPeak(copy, 16, peaks)).toBe(0.25);
});
