import { describe, expect, it } from 'vitest';
import { chartData, spreadLabels } from '../../src/ui/charts/chartData';
import { axisEnd, logTicks, niceTicks } from '../../src/ui/charts/ticks';
import { methodStyle } from '../../src/ui/style/methodStyle';
import { view } from './views';

const chartRun = (losses: number[], metrics = {}) => ({
	run: view('vanilla', 1, losses, metrics),
	style: methodStyle('vanilla'),
	label: 'Vanilla',
});
const options = { smoothing: 20, logSteps: false, totalSteps: 400 };

describe('chart data', () => {
	it('draws few points of many steps, from the first to the last', () => {
		const data = chartData([chartRun(Array.from({ length: 50_000 }, (_, i) => 5 - i / 20_000))], { ...options, totalSteps: 50_000 });
		expect(data.smoothed[0].steps.length).toBeLessThanOrEqual(241);
		expect(data.smoothed[0].steps[0]).toBe(0);
		expect(data.smoothed[0].steps.at(-1)).toBe(49_999);
	});

	it('does not let one spike flatten the smoothed lines', () => {
		const losses = Array.from({ length: 300 }, () => 2);
		losses[200] = 1000;
		const [, high] = chartData([chartRun(losses)], options).yDomain;
		expect(high).toBeLessThan(100);
		expect(chartData([chartRun(losses)], { ...options, smoothing: 1 }).yDomain[1]).toBeGreaterThan(1000);
	});

	it('starts a logarithmic axis at step 1', () => {
		const data = chartData([chartRun([5, 4, 3, 2])], { ...options, logSteps: true });
		expect(data.smoothed[0].steps).toEqual([1, 2, 3]);
		expect(data.xDomain[0]).toBe(1);
	});

	it('holds with nothing to draw', () => {
		expect(chartData([], options).smoothed).toEqual([]);
		expect(chartData([chartRun([])], { ...options, logSteps: true }).smoothed).toEqual([{ steps: [], values: [] }]);
		expect(chartData([chartRun([Number.NaN])], options).yDomain).toEqual([0, 1]);
	});

	it('shows a validation loss where it was measured', () => {
		expect(chartData([chartRun([3, 2], { 2: { validationLoss: 2.2 } })], options).validation[0]).toEqual({ steps: [2], values: [2.2] });
	});
});

describe('axes', () => {
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

	it('have few ticks on a logarithmic axis too', () => {
		for (const high of [2, 30, 400, 100_000, 1e9]) expect(logTicks(1, high).length).toBeLessThanOrEqual(5);
	});

	it('end where the schedule ends, or at a round step before', () => {
		expect(axisEnd(380, 400)).toBe(400);
		expect(axisEnd(60, 100_000)).toBe(70);
		expect(axisEnd(0, 400)).toBe(10);
	});
});

it('labels keep apart and inside the chart', () => {
	const places = spreadLabels([50, 51, 52, 99], 15, 0, 100);
	const sorted = [...places].sort((a, b) => a - b);
	for (let i = 1; i < sorted.length; i++) expect(sorted[i] - sorted[i - 1]).toBeGreaterThanOrEqual(15);
	expect(sorted[3]).toBeLessThanOrEqual(100);
});
