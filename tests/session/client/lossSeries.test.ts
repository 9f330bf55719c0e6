import { describe, expect, it } from 'vitest';
import { relativeLoss } from '../../../src/experiment/compare';
import { LossSeries, lastSmoothed, lossAt, smoothedAt, sumAt, summedLosses } from '../../../src/session/client/runs/lossSeries';
import { CurveMemory, thinSeries } from '../../../src/session/client/runs/thinning';

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

	it('does not change a view that a chart still uses when steps are added or removed', () => {
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

	it('smooths by a mean of the last steps, and not across a NaN loss', () => {
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

describe('a thinned curve', () => {
	const LENGTH = 40_000;
	const noise = (step: number) => 4 - step / 20_000 + Math.sin(step * 12.9898) / 5 + (step === 12_345 ? 6 : 0);
	const trained = (shift = 0) => filled(Array.from({ length: LENGTH }, (_, step) => noise(step) + shift));

	it('keeps its spikes, its means and its last losses in a small part of the memory', () => {
		const whole = trained().view();
		const few = thinSeries(whole);
		const steps = [...(few.steps ?? [])];
		expect(steps.length).toBeLessThan(2200);
		expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
		expect(steps).toContain(12_345);
		expect([few.first, few.length]).toEqual([0, LENGTH]);
		for (const step of steps) expect([lossAt(few, step), sumAt(few, step)]).toEqual([whole.losses[step], whole.sums[step]]);
		expect(lastSmoothed(few, 100)).toBeCloseTo(lastSmoothed(whole, 100) as number, 10);
		expect(smoothedAt(few, steps[700], 4000)).toBeCloseTo(smoothedAt(whole, steps[700], 4000), 2);
	});

	it('is compared with one that is whole, at every step that it keeps', () => {
		const whole = trained().view();
		const [few, baseline] = [thinSeries(trained(-0.25).view()), thinSeries(whole)];
		for (const step of few.steps ?? []) {
			expect(Math.abs(relativeLoss(summedLosses(few), summedLosses(baseline), step) + 0.25)).toBeLessThan(1e-4);
			if (step >= LENGTH - 28) expect(relativeLoss(summedLosses(few), summedLosses(whole), step)).toBeCloseTo(-0.25, 5);
		}
	});

	it('belongs to a run that ended early, once all ended runs outgrow their memory', () => {
		const series = Array.from({ length: 6 }, () => trained());
		const memory = new CurveMemory(3 * series[0].bytes);
		for (const each of series)
			memory.end({
				get curveBytes() {
					return each.bytes;
				},
				thinCurves: () => each.thin(thinSeries),
			});
		expect(series.map((each) => each.view().steps === null)).toEqual([false, false, false, false, true, true]);
		expect(series.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(3 * trained().bytes);
	});
});
