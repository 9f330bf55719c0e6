import { expect, it } from 'vitest';
import { pairedDifference } from '../../../src/session/client/statistics';

it('never separates two methods on one seed', () => {
	expect(pairedDifference([-5])).toEqual({ n: 1, mean: -5, half: null, separated: false });
});

it('separates where the 95 % t-interval leaves out 0', () => {
	// Three pairs: t = 4.303, so the half-width is 4.303 · s / √3.
	const clear = pairedDifference([-0.1, -0.11, -0.09]);
	expect(clear.half).toBeCloseTo((4.303 * 0.01) / Math.sqrt(3), 6);
	expect(clear.separated).toBe(true);
	expect(pairedDifference([-0.1, 0.05, -0.2]).separated).toBe(false);
});
