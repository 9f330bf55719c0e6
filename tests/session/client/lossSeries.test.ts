import { describe, expect, it } from 'vitest';
import { LossSeries, lastSmoothed, smoothedAt } from '../../../src/session/client/runs/lossSeries';

const filled = (losses: number[]) => {
	const series = new LossSeries();
	series.append(0, Float32Array.from(losses), new Float32Array(losses.length));
	return series;
};

describe('the losses of a run', () => {
	it('keeps every step over many doublings', () => {
		const series = new LossSeries();
		for (let first = 0; first < 5000; first += 50) {
			series.append(
				first,
				Float32Array.from({ length: 50 }, (_, i) => first + i),
				new Float32Array(50),
			);
		}
		const { length, losses, sums } = series.view();
		expect(length).toBe(5000);
		expect(losses[4999]).toBe(4999);
		expect(sums[5000]).toBe((4999 * 5000) / 2);
	});

	it('leaves a view alone that a chart still holds, when steps are added or cut back', () => {
		const series = filled([3, 2, 1]);
		const view = series.view();
		series.truncate(1);
		series.append(1, Float32Array.from([9, 9, 9]), new Float32Array(3));
		expect([...view.losses]).toEqual([3, 2, 1]);
		expect([...series.view().losses]).toEqual([3, 9, 9, 9]);
	});

	it('replaces steps that are trained again after a lost device', () => {
		const series = filled([5, 4, 3, 2]);
		series.append(2, Float32Array.from([7, 6]), new Float32Array(2));
		expect([...series.view().losses]).toEqual([5, 4, 7, 6]);
		expect(series.view().sums[4]).toBe(22);
	});

	it('smooths by a mean of the last steps, and not across a loss that is no number', () => {
		const view = filled(Array.from({ length: 200 }, (_, i) => i)).view();
		expect(smoothedAt(view, 199, 10)).toBeCloseTo(194.5, 9);
		expect(smoothedAt(view, 0, 10)).toBe(0);
		expect(smoothedAt(view, 16, 100)).toBeCloseTo(15, 9);
		const broken = filled([2, Number.NaN]).view();
		expect(smoothedAt(broken, 1, 10)).toBeNaN();
		expect(lastSmoothed(broken, 10)).toBe(2);
		expect(lastSmoothed(filled([]).view(), 10)).toBeNull();
	});
});
