import { describe, expect, it } from 'vitest';
import { LossSeries } from '../../src/session/client/runs/lossSeries';
import { spreadLabels } from '../../src/ui/charts/labels';
import { axisEnd, logTicks, niceTicks, roundOutwardLog } from '../../src/ui/charts/ticks';
import { draw, forked, steps } from './drawnRuns';
import { view } from './views';

describe('axes', () => {
	it('count tokens by each run’s own batches, a fork’s by its parent’s before', () => {
		const parent = view(
			'vanilla',
			1,
			steps(300, () => 2),
		);
		const fork = forked(200, [3, 3]);
		const { batchSize, sequenceLength } = parent.info.experiment;
		const wide = { ...fork, info: { ...fork.info, experiment: { ...fork.info.experiment, batchSize: 2 * batchSize } } };
		const { lines } = draw([parent, wide], { x: 'tokens' });
		const each = batchSize * sequenceLength;
		expect(lines[0].main.xs.at(-1)).toBe(299 * each);
		expect(lines[1].main.xs).toEqual([200 * each, 202 * each]);
	});

	it('count seconds as each run measured them', () => {
		const run = view('vanilla', 1, []);
		const series = new LossSeries();
		series.append(0, Float32Array.of(4, 3, 2), Float32Array.of(0.5, 1, 4));
		const data = draw([{ ...run, series: series.view() }], { x: 'seconds' });
		expect(data.lines[0].main.xs).toEqual([0.5, 1, 4]);
		expect([0, 0.6, 1, 3, 9].map(data.reference.stepAt)).toEqual([0, 1, 1, 2, 3]);
	});

	it('sum the learning rates of the schedule, warm-up included', () => {
		const data = draw([view('vanilla', 1, new Array(400).fill(3))], { x: 'rates' });
		expect(data.xDomain[1]).toBeCloseTo(0.65685, 5);
		expect(data.reference.at(400)).toBeCloseTo(0.65685, 5);
		// Warm-up of 40 steps: 3e-3 · (1 + 2) / 40.
		expect(data.reference.at(2)).toBeCloseTo(0.000225, 12);
		expect(data.lines[0].main.xs.at(-1)).toBeCloseTo(data.reference.at(399), 12);
		expect([0, 1, 200, 399].map((step) => data.reference.stepAt(data.reference.at(step)))).toEqual([0, 1, 200, 399]);
	});

	it('count a fork’s learning rates after those of its parent', () => {
		const parent = view('vanilla', 1, new Array(201).fill(3));
		const fork = forked(200, [3, 3, 3]);
		fork.info.experiment.learningRate = 1e-4;
		const [first, second] = draw([parent, fork], { x: 'rates' }).lines;
		expect(second.main.xs[0]).toBeCloseTo(first.position.at(200), 12);
		expect(second.position.at(201) - second.position.at(200)).toBeLessThan(1e-4);
		expect(second.position.at(100)).toBe(first.position.at(100));
	});

	it('start at step 1 if they are logarithmic', () => {
		const data = draw([view('vanilla', 1, [5, 4, 3, 2])], { logX: true });
		expect(data.xDomain[0]).toBe(1);
		expect(data.lines[0].main.xs.filter((x) => x >= 1)).toEqual([1, 2, 3]);
	});

	it('have a logarithmic y axis only if every value is above 0, and give the reason otherwise', () => {
		const positive = draw([view('vanilla', 1, [5, 0.1])], { logY: true, smoothing: 1 });
		expect([positive.logY, positive.logYProblem]).toEqual([true, null]);
		expect(positive.yDomain[0]).toBeGreaterThan(0);
		const zero = draw([view('vanilla', 1, [5, 0])], { logY: true, smoothing: 1 });
		expect([zero.logY, zero.logYProblem]).toEqual([false, expect.stringContaining('above 0')]);
	});

	it('are valid with nothing to draw', () => {
		for (const change of [{}, { logX: true }, { logY: true }, { x: 'seconds' }, { quantity: 'accuracy' }] as const) {
			expect(draw([], change).lines).toEqual([]);
			expect(draw([view('vanilla', 1, [])], change).lines).toEqual([]);
		}
		expect(draw([view('vanilla', 1, [Number.NaN])]).yDomain).toEqual([0, 1]);
	});

	it.each([
		[0, 400],
		[1.52, 5.1],
		[0, 1],
		[0, 99_999],
		[1.7, 1.703],
	])('have at most five round ticks between %d and %d', (low, high) => {
		const ticks = niceTicks(low, high);
		expect(ticks.length).toBeGreaterThanOrEqual(2);
		expect(ticks.length).toBeLessThanOrEqual(5);
		for (const tick of ticks) expect(tick >= low && tick <= high).toBe(true);
	});

	it('have a few ticks on a logarithmic axis too, above and below 1', () => {
		for (const [low, high] of [
			[1, 2],
			[1, 400],
			[1, 1e9],
			[1.6, 4.9],
			[2e-5, 3],
			[0.011, 0.014],
		]) {
			const ticks = logTicks(low, high);
			expect(ticks.length).toBeGreaterThanOrEqual(2);
			expect(ticks.length).toBeLessThanOrEqual(5);
			for (const tick of ticks) expect(tick >= low && tick <= high).toBe(true);
		}
		const [low, high] = roundOutwardLog(0.0123, 4.56);
		expect(low > 0 && low < 0.0123 && high > 4.56 && high < 10).toBe(true);
	});

	it('end where the schedule ends, or at a round step before', () => {
		expect(axisEnd(380, 400)).toBe(400);
		expect(axisEnd(60, 100_000)).toBe(70);
		expect(axisEnd(0, 400)).toBe(10);
	});
});

it('labels do not overlap and stay inside the chart', () => {
	const places = spreadLabels([50, 51, 52, 99], 15, 0, 100);
	const sorted = [...places].sort((a, b) => a - b);
	for (let i = 1; i < sorted.length; i++) expect(sorted[i] - sorted[i - 1]).toBeGreaterThanOrEqual(15);
	expect(sorted[3]).toBeLessThanOrEqual(100);
});
