import { expect, it } from 'vitest';
import { type Peaks, predictedStep, shareOfPeak } from '../../src/compiler/costModel';

const peaks: Peaks = { product: 100, attention: 10, memory: 50, productPerWorkgroup: 25, attentionPerWorkgroup: 10, dispatch: 1 };

it('a step takes its dispatches, and of each the longest of arithmetic, memory and one workgroup', () => {
	const product = { arithmetic: 'product', flops: 300, moved: 50, grid: [3, 2, 1] as [number, number, number] } as const;
	const attention = { arithmetic: 'attention', flops: 20, moved: 0, grid: [1, 1, 2] as [number, number, number] } as const;
	const copy = { arithmetic: 'product', flops: 0, moved: 200, grid: [1, 1, 1] as [number, number, number] } as const;
	expect(predictedStep([product, attention, copy], peaks)).toBe(3 + 3 + 2 + 4);
	// Two workgroups do a third of what six do at once.
	expect(predictedStep([{ ...product, grid: [2, 1, 1] }], peaks)).toBe(1 + 6);
	expect(shareOfPeak(product, 6, peaks)).toBe(0.5);
	expect(shareOfPeak(copy, 16, peaks)).toBe(0.25);
});
