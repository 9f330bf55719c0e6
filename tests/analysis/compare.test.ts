import { describe, expect, it } from 'vitest';
import { equalLossSaving, relativeLoss } from '../../src/analysis/compare';
import { stream } from '../../src/data/random';

describe('relative loss', () => {
	it('is the mean difference over the last 100 steps, below 0 where the method is better', () => {
		const random = stream(9, 'losses');
		const baseline = Array.from({ length: 350 }, (_, s) => 4 - s / 200 + random.normal());
		const method = baseline.map((loss, s) => loss - 0.1 - (s >= 100 ? 0.2 : 0) + 0.01 * random.normal());
		const found = relativeLoss(method, baseline);
		for (const step of [0, 40, 99, 100, 163, 349]) {
			let sum = 0;
			let count = 0;
			for (let s = Math.max(0, step - 99); s <= step; s++, count++) sum += method[s] - baseline[s];
			expect(found[step]).toBeCloseTo(sum / count, 10);
		}
		expect(found[349]).toBeCloseTo(-0.3, 1);
	});

	it('ends where a run diverges, and with the shorter run', () => {
		const found = relativeLoss([1, 1, Number.NaN, 1], [2, 2, 2, 2, 2], 2);
		expect([...found]).toEqual([-1, -1, Number.NaN, Number.NaN]);
		expect(relativeLoss([1, Number.POSITIVE_INFINITY, 1, 1], [2, 2, 2, 2], 2)[3]).toBeNaN();
	});
});

describe('equal-loss saving', () => {
	const vanilla = { amounts: [100, 200, 300, 400], losses: [3, 2.5, 2.2, 2] };

	it('is what the method leaves of the baseline’s tokens', () => {
		// From 2.4 at 200 to 1.9 at 300: 2.0 is four fifths of the way.
		expect(equalLossSaving({ amounts: [100, 200, 300, 400], losses: [3, 2.4, 1.9, 1.8] }, vanilla)).toBeCloseTo(1 - 280 / 400, 12);
		expect(equalLossSaving(vanilla, vanilla)).toBe(0);
	});

	it('is below 0 for a method that needs more, and unknown for one that never gets there', () => {
		expect(equalLossSaving({ amounts: [400, 500], losses: [2.1, 1.9] }, vanilla)).toBeCloseTo(1 - 450 / 400, 12);
		expect(equalLossSaving({ amounts: [400, 500], losses: [2.2, 2.1] }, vanilla)).toBeNull();
		expect(equalLossSaving({ amounts: [], losses: [] }, vanilla)).toBeNull();
		expect(equalLossSaving(vanilla, { amounts: [], losses: [] })).toBeNull();
	});

	it('takes the first point where a curve starts at the goal or comes back from no number', () => {
		expect(equalLossSaving({ amounts: [50, 100], losses: [1.9, 1.8] }, vanilla)).toBeCloseTo(1 - 50 / 400, 12);
		expect(equalLossSaving({ amounts: [50, 100], losses: [Number.NaN, 1.8] }, vanilla)).toBeCloseTo(1 - 100 / 400, 12);
	});
});
