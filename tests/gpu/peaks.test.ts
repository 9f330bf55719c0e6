import { expect, it } from 'vitest';
import { attentionRates, serialOf } from '../../src/gpu/peaks';

it('what both times take beyond the longer one is a part of the shorter one', () => {
	expect(serialOf(4, 4, 2)).toBe(0);
	expect(serialOf(5, 2, 4)).toBe(0.5);
	expect(serialOf(6, 4, 2)).toBe(1);
	// Noise of a busy machine.
	expect(serialOf(3, 4, 2)).toBe(0);
	expect(serialOf(100, 4, 2)).toBe(2);
});

it('finds the rate of the products and the time of a score from two sizes of heads', () => {
	const seconds = (flops: number, scores: number) => flops / 1000 + scores * 0.02;
	const [small, large] = [
		{ flops: 1600, scores: 100 },
		{ flops: 12800, scores: 200 },
	].map((work) => ({ ...work, seconds: seconds(work.flops, work.scores) }));
	const { attention, score } = attentionRates(small, large);
	expect(attention).toBeCloseTo(1000, 6);
	expect(score).toBeCloseTo(0.02, 6);
});

it('finds rates above zero, however times were disturbed', () => {
	const small = { flops: 1600, scores: 100, seconds: 1 };
	const large = { flops: 12800, scores: 200, seconds: 1 };
	for (const factor of [0.01, 0.1, 1, 10, 100]) {
		const { attention, score } = attentionRates({ ...small, seconds: factor }, large);
		expect(attention).toBeGreaterThanOrEqual(12800);
		expect(attention).toBeLessThanOrEqual(2 * 12800);
		expect(score).toBeGreaterThanOrEqual(0);
	}
});
