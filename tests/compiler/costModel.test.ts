import { expect, it } from 'vitest';
import { type Peaks, predictedStep, shareOfPeak } from '../../src/compiler/costModel';

const peaks: Peaks = { product: 100, attention: 10, memory: 50, dispatch: 1 };

it('a step takes its dispatches, and of each the longer of arithmetic and memory', () => {
	const product = { arithmetic: 'product', flops: 300, moved: 50 } as const;
	const attention = { arithmetic: 'attention', flops: 20, moved: 0 } as const;
	const copy = { arithmetic: 'product', flops: 0, moved: 200 } as const;
	expect(predictedStep([product, attention, copy], peaks)).toBe(3 + 3 + 2 + 4);
	expect(shareOfPeak(product, 6, peaks)).toBe(0.5);
	expect(shareOfPeak(copy, 16, peaks)).toBe(0.25);
});
