import { describe, expect, it } from 'vitest';
import { pairedBySeed, pairedDifference, summary, verdictText } from '../../src/experiment/statistics';

describe('paired differences', () => {
	it('never separate two methods on one seed', () => {
		expect(pairedDifference([-5])).toEqual({ n: 1, mean: -5, half: null, separated: false });
	});

	it('separate if the 95 % t-interval excludes 0', () => {
		// Three pairs: t = 4.303, so the half-width is 4.303 · s / √3.
		const clear = pairedDifference([-0.1, -0.11, -0.09]);
		expect(clear.half).toBeCloseTo((4.303 * 0.01) / Math.sqrt(3), 6);
		expect(clear.separated).toBe(true);
		expect(pairedDifference([-0.1, 0.05, -0.2]).separated).toBe(false);
	});

	it('pair the seeds that both groups have', () => {
		const difference = pairedBySeed(
			new Map([
				[1, 5],
				[2, 7],
				[4, 0],
			]),
			new Map([
				[2, 6],
				[1, 3],
				[3, 9],
			]),
		);
		expect(difference).toMatchObject({ n: 2, mean: 1.5 });
		expect(pairedBySeed(new Map([[1, 5]]), new Map([[2, 5]]))).toBeNull();
	});

	it('have one text for page and terminal', () => {
		expect(verdictText(pairedDifference([-0.1, -0.11, -0.09]))).toBe('separated (3 seeds)');
		expect(verdictText(pairedDifference([-0.1, 0.05, -0.2]))).toBe('not separated (3 seeds)');
		expect(verdictText(pairedDifference([-9]))).toBe('one seed, so not separated');
	});
});

describe('the summary of a group', () => {
	it('has mean, range and standard deviation of the known numbers', () => {
		const { deviation, half, ...rest } = summary([2, null, 4, Number.NaN, 6]);
		expect(rest).toEqual({ n: 3, mean: 4, min: 2, max: 6 });
		expect(deviation).toBeCloseTo(2, 12);
		expect(half).toBeCloseTo((4.303 * 2) / Math.sqrt(3), 9);
	});

	it('has no standard deviation of one number, and no mean of none', () => {
		expect(summary([3])).toEqual({ n: 1, mean: 3, min: 3, max: 3, deviation: null, half: null });
		expect(summary([null])).toMatchObject({ n: 0, mean: Number.NaN, half: null });
	});
});
