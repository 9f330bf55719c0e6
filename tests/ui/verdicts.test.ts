import { describe, expect, it } from 'vitest';
import { thinSeries } from '../../src/session/client/runs/thinning';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { layerLines, layerValue } from '../../src/ui/charts/layerData';
import { verdictsOf } from '../../src/ui/charts/verdicts';
import { criticalTextOf } from '../../src/ui/measures/criticalText';
import { groupStyle } from '../../src/ui/theme/methodStyle';
import { view } from './views';

const flat = (value: number) => Array.from({ length: 40 }, () => value);
/** Ends at these validation losses, 10 steps apart. */
const run = (method: string, seed: number, ...losses: number[]): RunView => ({
	...view(method, seed, flat(5), Object.fromEntries(losses.map((validationLoss, i) => [10 * (i + 1), { validationLoss }]))),
	finished: true,
});

describe('critical points in words', () => {
	it('are steps, or the reason why there is none, with the number of seeds', () => {
		expect(criticalTextOf([])).toBe('');
		expect(criticalTextOf([1240])).toBe('step 1,240');
		expect(criticalTextOf([260, 220, 240])).toBe('steps 220 to 260 (3 seeds)');
		expect(criticalTextOf(['not reached', 'not reached'])).toBe('not reached (2 seeds)');
		expect(criticalTextOf(['never ahead'])).toBe('never ahead');
		expect(criticalTextOf(['not reached', 300, 'not reached', 'never ahead'])).toBe(
			'not reached in 2 seeds, never ahead in one seed and step 300 in one seed',
		);
	});

	it('are marked as approximate if only some steps of a run or of its baseline are kept', () => {
		const losses = (offset: number) => Array.from({ length: 4000 }, (_, step) => 3 + (step < 2000 ? -offset : offset));
		const [base, svformer, other] = [run('vanilla', 1), run('svformer', 1), run('resformer', 1)].map((each, i) => ({
			...each,
			series: view('vanilla', 1, losses([0, 0.1, 0.2][i])).series,
		}));
		const approximate = (runs: RunView[], quantity = 'relative') =>
			verdictsOf(runs, 'vanilla', quantity).verdicts.map((verdict) => verdict.approximate);
		expect(approximate([base, svformer, other])).toEqual([0, 0, 0]);
		const thinned = { ...svformer, series: thinSeries(svformer.series) };
		expect(approximate([base, thinned, other])).toEqual([0, 1, 0]);
		expect(approximate([{ ...base, series: thinSeries(base.series) }, svformer, other])).toEqual([0, 1, 1]);
		expect(approximate([base, thinned, other], 'loss')).toEqual([0, 0, 0]);
		expect(criticalTextOf([2040], true)).toBe('≈ step 2,040');
		expect(criticalTextOf(['never ahead'], true)).toBe('never ahead');
	});

	it('belong to the verdicts of the relative loss alone', () => {
		const runs = [1, 2].flatMap((seed) => [run('vanilla', seed, 3, 2), run('svformer', seed, 2, 1)]);
		expect(verdictsOf(runs, 'vanilla', 'relative').verdicts.map(({ critical }) => critical)).toEqual([[], ['never ahead', 'never ahead']]);
		expect(verdictsOf(runs, 'vanilla', 'loss').verdicts.every(({ critical }) => critical.length === 0)).toBe(true);
	});
});

describe('verdicts', () => {
	it('pair the last validation losses by seed, and separate by the t-interval', () => {
		const runs = [0, 0.5, 1].flatMap((offset, i) => [
			run('vanilla', i + 1, 3 + offset, 2 + offset),
			run('resformer', i + 1, 2.9 + offset, 1.9 + offset + 0.001 * i),
			run('svformer', i + 1, 3, 1.5 + (i % 2)),
		]);
		const { measure, verdicts } = verdictsOf(runs, 'vanilla', 'loss');
		expect(measure).toBe('validationLoss');
		expect(verdicts.map(({ group, step, difference }) => [group, step, difference?.n, difference?.separated])).toEqual([
			['vanilla', null, undefined, undefined],
			['resformer', 20, 3, true],
			['svformer', 20, 3, false],
		]);
		expect(verdicts[1].difference?.mean).toBeCloseTo(-0.099, 10);
	});

	it('compare at the step of the slower of a pair, and leave out stopped runs and other seeds', () => {
		const runs = [run('vanilla', 1, 3, 2, 1), run('resformer', 1, 2.5, 1.5), run('resformer', 7, 1, 1)];
		const [, { difference, step, seeds }] = verdictsOf(runs, 'vanilla', 'loss').verdicts;
		expect([step, difference?.n, difference?.mean, difference?.separated, seeds]).toEqual([20, 1, -0.5, false, 2]);
		const stopped = { ...runs[1], divergedAt: 25 };
		expect(verdictsOf([runs[0], stopped], 'vanilla', 'loss').verdicts[1].difference).toBeNull();
	});

	it('use the training loss before the first validation, or the measurement that is drawn', () => {
		const early = verdictsOf([view('vanilla', 1, flat(3)), view('resformer', 1, flat(2))], 'vanilla', 'relative');
		expect([early.measure, early.verdicts[1].difference?.mean, early.verdicts[1].step]).toEqual(['loss', -1, 39]);
		const accurate = [0.2, 0.6].map((accuracy, i) => view(['vanilla', 'resformer'][i], 1, flat(3), { 20: { accuracy } }));
		const { measure, verdicts } = verdictsOf(accurate, 'vanilla', 'accuracy');
		expect([measure, verdicts[1].difference?.mean]).toEqual(['accuracy', expect.closeTo(0.4)]);
	});

	it('give the share of tokens saved once the baseline has finished, except for forks', () => {
		const base = run('vanilla', 1, 4, 3, 2.5, 2);
		const better = run('resformer', 1, 3, 2, 1.9, 1.8);
		expect(verdictsOf([base, better], 'vanilla', 'loss').verdicts[1].saving).toBeCloseTo(0.5, 10);
		expect(verdictsOf([{ ...base, finished: false }, better], 'vanilla', 'loss').verdicts[1].saving).toBeNull();
		const fork = { from: base.info.id, step: 10, change: { learningRate: 1e-4 } };
		expect(verdictsOf([base, { ...better, info: { ...better.info, fork } }], 'vanilla', 'loss').verdicts[1].saving).toBeNull();
		const worse = run('svformer', 1, 5, 4, 3, 2.5);
		expect(verdictsOf([base, worse], 'vanilla', 'loss').verdicts[1].saving).toBeNull();
	});
});

describe('lines of layers', () => {
	const seed = (n: number, values: Record<number, number[]>) =>
		view('vanilla', n, flat(3), Object.fromEntries(Object.entries(values).map(([step, drain]) => [step, { drain }])));

	it('are the mean over the seeds that have a value, and show the last measurement', () => {
		const layers = layerLines([seed(1, { 10: [1, 4], 20: [2, 5] }), seed(2, { 10: [3, Number.NaN] })], 'drain', 2);
		expect(layers.map(([line]) => [line.steps, line.values])).toEqual([
			[
				[10, 20],
				[2, 2],
			],
			[
				[10, 20],
				[4, 5],
			],
		]);
		expect([9, 15, 20, null].map((step) => layerValue(layers[1][0], step))).toEqual([null, 4, 5, 5]);
	});

	it('have few points even for very many steps, including the last', () => {
		const values = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [i + 1, [i]]));
		const [[line]] = layerLines([seed(1, values)], 'drain', 1);
		expect(line.steps.length).toBeLessThan(400);
		expect(line.steps.at(-1)).toBe(5000);
	});
});

it('a fork has its method’s style with its own dash, and keeps it', () => {
	const plain = groupStyle({ method: 'svformer', group: 'svformer' });
	const first = groupStyle({ method: 'svformer', group: 'svformer~a' });
	const second = groupStyle({ method: 'svformer', group: 'svformer~b' });
	expect(new Set([plain.dash, first.dash, second.dash]).size).toBe(3);
	expect([first.colour, first.marker, second.colour]).toEqual([plain.colour, plain.marker, plain.colour]);
	expect(groupStyle({ method: 'svformer', group: 'svformer~a' })).toEqual(first);
});
