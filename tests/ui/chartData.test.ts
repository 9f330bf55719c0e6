import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import type { Metrics } from '../../src/experiment/records/metrics';
import { optimumOf } from '../../src/experiment/tasks';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { chartData } from '../../src/ui/charts/chartData';
import { optimumOfMeasure } from '../../src/ui/charts/optimum';
import { type ChartView, DEFAULT_VIEW } from '../../src/ui/charts/view';
import { draw, forked, steps } from './drawnRuns';
import { view } from './views';

const measured = (values: Record<number, number>, name = 'validationLoss') =>
	Object.fromEntries(Object.entries(values).map(([step, value]) => [step, { [name]: value } as Metrics]));

describe('the optimum', () => {
	const run = view('vanilla', 1, [3, 2, 1.5]);
	const chart = (optimum: number | null, change: Partial<ChartView> = {}) =>
		chartData({ runs: [run], baseline: 'vanilla', view: { ...DEFAULT_VIEW, ...change }, totalSteps: 3, fromZero: false, optimum });

	it('is a level inside the axis', () => {
		expect(chart(1.2).optimum).toBe(1.2);
		expect(chart(1.2).yDomain[0]).toBeLessThanOrEqual(1.2);
		expect(chart(null).yDomain[0]).toBeGreaterThan(1.2);
	});

	it('of 0 is left out of a logarithmic axis, and without a line there is none', () => {
		expect(chart(0, { logY: true })).toMatchObject({ logY: true, optimum: null });
		expect(chartData({ runs: [], baseline: null, view: DEFAULT_VIEW, totalSteps: 3, fromZero: false, optimum: 0 }).optimum).toBeNull();
	});

	it('of a part of the loss is what the runs report, and none where the task has none', () => {
		expect(optimumOfMeasure('nonTriggerLoss', [{}, { nonTriggerOptimum: 1.58 }])).toBe(1.58);
		expect(optimumOfMeasure('validationLoss', [{ nonTriggerOptimum: 1.58 }])).toBeNull();
		const book = { ...defaultExperiment(), passage: 'book' as const };
		expect(optimumOf({ ...defaultExperiment(), task: 'copy' })).toBe(0);
		expect(optimumOf({ ...defaultExperiment(), task: 'induction' })).toBe(0);
		expect(optimumOf({ ...book, task: 'induction' })).toBeNull();
		expect(optimumOf(defaultExperiment())).toBeNull();
	});
});

describe('critical points', () => {
	const length = 400;
	const base = { ...view('vanilla', 1, new Array(length).fill(3)), finished: true };
	const other = (loss: (step: number) => number, finished = true) => ({ ...view('svformer', 1, steps(length, loss)), finished });
	const crossings = (run: RunView, change: Partial<ChartView> = {}) =>
		draw([base, run], { quantity: 'relative', ...change }).lines.flatMap((line) => line.crossings);

	it('are marked at the step at which the baseline passes the mean of 100 steps', () => {
		// Ahead for 200 steps; the mean of 100 steps is above 0 once more than half of them are behind.
		const run = other((step) => (step < 200 ? 2.9 : 3.1));
		expect(crossings(run)).toEqual([{ x: 250, text: 'svformer, seed 1: passed by vanilla at step 250' }]);
		expect(crossings(run, { x: 'tokens' })[0].x).toBe(250 * 16 * 64);
	});

	it('are not marked if the baseline never passes, before the end of the training, and on other charts', () => {
		expect(crossings(other(() => 2.9))).toEqual([]);
		expect(crossings(other(() => 3.1))).toEqual([]);
		expect(crossings(other((step) => (step < 200 ? 2.9 : 3.1), false))).toEqual([]);
		expect(
			crossings(
				other((step) => (step < 200 ? 2.9 : 3.1)),
				{ quantity: 'loss' },
			),
		).toEqual([]);
	});
});

describe('a line', () => {
	it('has few points for many steps, from the first to the last', () => {
		const { main } = draw([
			view(
				'vanilla',
				1,
				steps(50_000, (i) => 5 - i / 20_000),
			),
		]).lines[0];
		expect(main.xs.length).toBeLessThanOrEqual(242);
		expect(main.xs[0]).toBe(0);
		expect(main.xs.at(-1)).toBe(49_999);
	});

	it('keeps a spike, faint while it is smoothed, and does not let it flatten the smoothed lines', () => {
		const run = view(
			'vanilla',
			1,
			steps(30_000, (i) => (i === 20_011 ? 1000 : 2)),
		);
		const smooth = draw([run]);
		expect(smooth.lines[0].raw?.ys).toContain(1000);
		expect(smooth.yDomain[1]).toBeLessThan(100);
		const plain = draw([run], { smoothing: 1 });
		expect(plain.lines[0].main.ys).toContain(1000);
		expect(plain.yDomain[1]).toBeGreaterThan(1000);
	});

	it('shows every step of a range that is zoomed into', () => {
		const run = view(
			'vanilla',
			1,
			steps(100_000, (i) => 2 + Math.sin(i)),
		);
		const { lines, xDomain } = draw([run], { smoothing: 1, zoom: [40_000, 40_050] });
		expect(xDomain).toEqual([40_000, 40_050]);
		expect(lines[0].main.xs).toEqual(steps(52, (i) => 39_999 + i));
	});

	it('of a fork starts at the fork’s step', () => {
		const { lines } = draw([
			view(
				'vanilla',
				1,
				steps(300, () => 2),
			),
			forked(200, [3, 3, 3]),
		]);
		expect(lines.map(({ main }) => main.xs[0])).toEqual([0, 200]);
		expect(lines[1].main.ys).toEqual([3, 3, 3]);
		expect(lines[1].style.colour).toBe(lines[0].style.colour);
		expect(lines[1].style.dash).not.toBe(lines[0].style.dash);
	});

	it('of a hidden run, or of one that has not started, is not drawn', () => {
		const hidden = { ...view('resformer', 1, [3, 2]), visible: false };
		expect(draw([view('vanilla', 1, [3, 2]), hidden, view('svformer', 1, [])]).lines.map(({ key }) => key)).toEqual(['vanilla']);
	});

	it('has markers for validation losses, but few if there are very many', () => {
		expect(draw([view('vanilla', 1, [3, 2], measured({ 2: 2.2 }))]).lines[0].markers).toEqual({ xs: [2], ys: [2.2] });
		const many = measured(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i + 1, 2])));
		expect(
			draw([
				view(
					'vanilla',
					1,
					steps(1001, () => 2),
					many,
				),
			]).lines[0].markers.xs.length,
		).toBeLessThanOrEqual(26);
	});
});

describe('seeds of a group', () => {
	const seeds = [view('vanilla', 1, [1, 1, 1, 1]), view('vanilla', 2, [2, 2, 2]), view('vanilla', 3, [6, 6, 6])];

	it('are one line, the mean at the steps that all have, with the range as a band', () => {
		const [line, ...others] = draw(seeds).lines;
		expect(others).toEqual([]);
		expect(line.main).toEqual({ xs: [0, 1, 2], ys: [3, 3, 3] });
		expect(line.band).toEqual({ xs: [0, 1, 2], low: [1, 1, 1], high: [6, 6, 6] });
		expect(line.read(1)).toEqual({ mean: 3, low: 1, high: 6 });
		expect(line.read(3)).toBeNull();
	});

	it('are one line each on request', () => {
		expect(draw(seeds, { single: true }).lines.map(({ seed, main }) => [seed, main.ys[0]])).toEqual([
			[1, 1],
			[2, 2],
			[3, 6],
		]);
	});

	it('that are far ahead, or that stopped, are drawn alone next to the mean', () => {
		const ahead = view(
			'vanilla',
			1,
			steps(300, () => 1),
		);
		const stopped = { ...view('vanilla', 3, [9, 9, 9, 9]), divergedAt: 4 };
		const { lines } = draw([
			ahead,
			view(
				'vanilla',
				2,
				steps(100, () => 3),
			),
			stopped,
		]);
		expect(lines[0].runs.map(({ info }) => info.seed)).toEqual([1, 2]);
		expect([lines[0].main.ys[0], lines[0].main.xs.at(-1)]).toEqual([2, 99]);
		expect(lines[0].tails.map(({ xs, ys }) => [xs[0], xs.at(-1), ys[0]])).toEqual([
			[99, 299, 1],
			[0, 3, 9],
		]);
		expect(lines[0].stopped[0].text).toContain('seed 3: NaN at step 4');
	});

	it('show a spike of one of them in the band when nothing is smoothed', () => {
		const spiky = view(
			'vanilla',
			2,
			steps(30_000, (i) => (i === 20_011 ? 9 : 2)),
		);
		const band = draw(
			[
				view(
					'vanilla',
					1,
					steps(30_000, () => 2),
				),
				spiky,
			],
			{ smoothing: 1 },
		).lines[0].band;
		expect(Math.max(...(band?.high ?? []))).toBe(9);
	});
});

describe('relative to the baseline', () => {
	it('each seed is compared with the baseline’s of the same seed, below 0 if it is better', () => {
		const runs = [1, 2].flatMap((seed) => [
			view(
				'vanilla',
				seed,
				steps(20, () => 10 * seed),
			),
			view(
				'resformer',
				seed,
				steps(20, () => 10 * seed - 1),
			),
		]);
		const { lines, yDomain } = draw(runs, { quantity: 'relative' });
		expect(lines.map(({ key }) => key)).toEqual(['resformer']);
		expect(new Set(lines[0].main.ys)).toEqual(new Set([-1]));
		expect(lines[0].band?.low[5]).toBe(-1);
		expect(yDomain[0] < -1 && yDomain[1] >= 0).toBe(true);
	});

	it('runs on other batches are left out; a hidden baseline still counts', () => {
		const base = { ...view('vanilla', 1, [3, 2]), visible: false };
		const other = view('svformer', 1, [3, 2]);
		const runs = [base, view('resformer', 1, [2, 1]), view('resformer', 2, [2, 1])];
		runs.push({ ...other, info: { ...other.info, experiment: { ...other.info.experiment, batchSize: 1 } } });
		const { lines } = draw(runs, { quantity: 'relative' });
		expect(lines.map(({ key, main }) => [key, main.ys])).toEqual([['resformer', [-1, -1]]]);
	});
});

describe('a measurement', () => {
	it('is drawn at the steps where it was taken, as the mean over the seeds that all have it', () => {
		const run = (seed: number, values: Record<number, number>) =>
			view(
				'vanilla',
				seed,
				steps(40, () => 1),
				measured(values, 'accuracy'),
			);
		const runs = [run(1, { 10: 0.2, 20: 0.4, 30: 0.5 }), run(2, { 10: 0.4, 20: 0.8 })];
		const { lines, yDomain } = draw(runs, { quantity: 'accuracy' }, true);
		expect(lines[0].main).toMatchObject({ xs: [10, 20], ys: [expect.closeTo(0.3), expect.closeTo(0.6)] });
		expect(lines[0].tails[0]).toMatchObject({ xs: [20, 30], ys: [0.4, 0.5] });
		expect(lines[0].read(15)?.mean).toBeCloseTo(0.3);
		expect(lines[0].read(9)).toBeNull();
		expect(yDomain[0]).toBe(0);
	});
});
