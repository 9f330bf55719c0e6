/**
 * CPU time of a redraw of the curves with 100 000 steps per run, from the runs to the paths of every line. Each redraw follows new
 * steps, as in training. It measures CPU time because the machine may be busy, and prints the figures.
 */
import { describe, expect, it } from 'vitest';
import { LossSeries } from '../../src/session/client/runs/lossSeries';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { chartData } from '../../src/ui/charts/chartData';
import { bandPath, linePath, plotScales } from '../../src/ui/charts/scales';
import { type ChartView, DEFAULT_VIEW } from '../../src/ui/charts/view';
import { view } from './views';

const STEPS = 100_000;
/** The first redraws warm up the code. */
const REDRAWS = 40;
const WARM_UP = 15;
/** Steps between two redraws. */
const NEW = 25;

const VIEWS: [string, Partial<ChartView>][] = [
	['seeds one by one', { single: true }],
	['mean and range over seeds', {}],
	['unsmoothed mean and range', { smoothing: 1 }],
	['relative to the baseline', { quantity: 'relative' }],
	['over seconds, logarithmic', { x: 'seconds', logX: true, logY: true, single: true }],
	['zoomed in', { single: true, zoom: [30_000, 31_000] }],
];

/** Runs close to their end, and a function that gives each some more steps. */
function training(count: number): { runs: RunView[]; go(): void } {
	const methods = Array.from({ length: Math.ceil(count / 3) }, (_, i) => (i === 0 ? 'vanilla' : `method-${i}`));
	const series = Array.from({ length: count }, () => new LossSeries());
	const losses = (first: number, length: number, run: number) =>
		Float32Array.from({ length }, (_, i) => 2 + 3 * Math.exp((-first - i) / 9000) + 0.3 * Math.sin((first + i) * 12.9898 + run));
	const seconds = (first: number, length: number) => Float32Array.from({ length }, (_, i) => (first + i) / 60);
	const start = STEPS - NEW * REDRAWS * VIEWS.length;
	for (const [run, one] of series.entries()) one.append(0, losses(0, start, run), seconds(0, start));
	const history = Array.from({ length: 1000 }, (_, i) => ({ step: 100 * (i + 1), metrics: { validationLoss: 2 + 1 / (i + 1) } }));
	const runs = series.map((one, i) => ({ ...view(methods[Math.floor(i / 3)], (i % 3) + 1, []), history, series: one.view() }));
	const go = () =>
		runs.forEach((run, i) => {
			const first = run.series.length;
			series[i].append(first, losses(first, NEW, i), seconds(first, NEW));
			runs[i] = { ...run, series: series[i].view() };
		});
	return { runs, go };
}

/** The computation of a redraw, paths included. */
function redraw(runs: readonly RunView[], view: ChartView): number {
	const data = chartData({ runs, baseline: 'vanilla', view, totalSteps: STEPS, fromZero: false, optimum: null });
	const { xDomain, yDomain, logX, logY } = data;
	const area = { x: 44, y: 20, width: 500, height: 160 };
	const scales = plotScales(area, { domain: xDomain, logarithmic: logX }, { domain: yDomain, logarithmic: logY });
	let characters = 0;
	for (const { main, raw, band, tails } of data.lines) {
		for (const { xs, ys } of [main, ...tails]) characters += linePath(xs, ys, scales).length;
		if (raw) characters += linePath(raw.xs, raw.ys, scales).length;
		if (band) characters += bandPath(band.xs, band.low, band.high, scales).length;
	}
	return characters;
}

describe.each([
	[12, 16],
	[50, 50],
])('%d runs of 100 000 steps', (count, limit) => {
	const { runs, go } = training(count);

	it.each(VIEWS)(`are redrawn in under ${limit} ms: %s`, (name, change) => {
		const times: number[] = [];
		for (let i = 0; i < REDRAWS; i++) {
			go();
			const start = process.cpuUsage();
			expect(redraw(runs, { ...DEFAULT_VIEW, ...change })).toBeGreaterThan(1000);
			const { user, system } = process.cpuUsage(start);
			times.push((user + system) / 1000);
		}
		const warm = times.slice(WARM_UP).sort((a, b) => a - b);
		const median = warm[Math.floor(warm.length / 2)];
		console.log(`${count} runs, ${name}: ${median.toFixed(1)} ms (the first ${times[0].toFixed(1)} ms)`);
		expect(median).toBeLessThan(limit);
	});
});
