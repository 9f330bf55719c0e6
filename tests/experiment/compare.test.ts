import { describe, expect, it } from 'vitest';
import { stream } from '../../src/data/random';
import { equalLossSaving, relativeLoss, type SummedLosses } from '../../src/experiment/compare';
import { LossSeries, summedLosses } from '../../src/session/client/runs/lossSeries';

/** As the page keeps them. */
function summed(losses: readonly number[]): SummedLosses {
	const series = new LossSeries();
	series.append(0, Float32Array.from(losses), new Float32Array(losses.length));
	return summedLosses(series.view());
}

describe('relative loss', () => {
	const random = stream(9, 'losses');
	const baseline = Array.from({ length: 350 }, (_, s) => 4 - s / 200 + random.normal());
	const method = baseline.map((loss, s) => loss - 0.1 - (s >= 100 ? 0.2 : 0) + 0.01 * random.normal());

	/** Mean of the differences over [first, step], one by one. */
	function byHand(first: number, step: number): number {
		let sum = 0;
		for (let s = first; s <= step; s++) sum += Math.fround(method[s]) - Math.fround(baseline[s]);
		return sum / (step + 1 - first);
	}

	it('is the mean difference over the last 100 steps, below 0 if the method is better', () => {
		for (const step of [0, 40, 99, 100, 163, 349])
			expect(relativeLoss(summed(method), summed(baseline), step)).toBeCloseTo(byHand(Math.max(0, step - 99), step), 10);
		expect(relativeLoss(summed(method), summed(baseline), 349)).toBeCloseTo(-0.3, 1);
	});

	it('of a fork counts from its first step', () => {
		const fork = method.map((loss, s) => (s < 300 ? Number.NaN : loss));
		expect(relativeLoss(summed(fork), summed(baseline), 299, 300)).toBeNaN();
		for (const step of [0, 298, 299]) expect(relativeLoss(summed(method), summed(baseline), step, 300)).toBeNaN();
		expect(relativeLoss(summed(fork), summed(baseline), 320, 300)).toBeCloseTo(byHand(300, 320), 10);
	});

	it('is missing where a loss is NaN or not known yet', () => {
		const stopped = summed([1, 1, Number.NaN]);
		const other = summed([2, 2, 2, 2]);
		expect([0, 1, 2, 3].map((step) => relativeLoss(stopped, other, step, 0, 2))).toEqual([-1, -1, Number.NaN, Number.NaN]);
		expect(relativeLoss(other, summed([1, Number.POSITIVE_INFINITY]), 1)).toBeNaN();
	});
});

describe('equal-loss saving', () => {
	const vanilla = { amounts: [100, 200, 300, 400], losses: [3, 2.5, 2.2, 2] };

	it('is the share of the baseline’s tokens that the method does not need', () => {
		// From 2.4 at 200 to 1.9 at 300: 2.0 is four fifths of the way.
		expect(equalLossSaving({ amounts: [100, 200, 300, 400], losses: [3, 2.4, 1.9, 1.8] }, vanilla)).toBeCloseTo(1 - 280 / 400, 12);
		expect(equalLossSaving(vanilla, vanilla)).toBe(0);
	});

	it('is below 0 for a method that needs more, and unknown for one that never reaches the loss', () => {
		expect(equalLossSaving({ amounts: [400, 500], losses: [2.1, 1.9] }, vanilla)).toBeCloseTo(1 - 450 / 400, 12);
		expect(equalLossSaving({ amounts: [400, 500], losses: [2.2, 2.1] }, vanilla)).toBeNull();
		expect(equalLossSaving({ amounts: [], losses: [] }, vanilla)).toBeNull();
		expect(equalLossSaving(vanilla, { amounts: [], losses: [] })).toBeNull();
	});

	it('takes the first point if a curve starts at the goal, or is finite again after NaN', () => {
		expect(equalLossSaving({ amounts: [50, 100], losses: [1.9, 1.8] }, vanilla)).toBeCloseTo(1 - 50 / 400, 12);
		expect(equalLossSaving({ amounts: [50, 100], losses: [Number.NaN, 1.8] }, vanilla)).toBeCloseTo(1 - 100 / 400, 12);
	});
});
