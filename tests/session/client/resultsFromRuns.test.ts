import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../../src/experiment/fields';
import { readResults } from '../../../src/experiment/readResults';
import { resultsJson, resultsOf } from '../../../src/session/client/results/resultsFromRuns';
import { runsFromResults } from '../../../src/session/client/results/runsFromResults';
import { lastSmoothed, lossAt, smoothedAt } from '../../../src/session/client/runs/lossSeries';
import { RunRecord } from '../../../src/session/client/runs/runRecord';
import type { RunView } from '../../../src/session/client/store/labSnapshot';
import { frameOf } from '../../ui/invented';
import { runInfo } from './fakePort';

const context = { experiment: { ...defaultExperiment(), seeds: [1, 2] }, adapter: 'A GPU', when: new Date('2026-11-22T20:00:00Z') };

/** A run of `steps` steps with a spike, a validation every 50 and a probe every 20. */
function trained(steps: number, method = 'vanilla'): RunView {
	const info = runInfo(method);
	const record = new RunRecord({
		...info,
		experiment: { ...info.experiment, learningRate: 0.001, layers: 2, heads: 1, sequenceLength: 8 },
	});
	const losses = Float32Array.from({ length: steps }, (_, i) => 2 + 2 * Math.exp(-i / 100) + 0.1 * Math.sin(i));
	losses[Math.floor(steps / 3)] = 9;
	const column = Float32Array.from({ length: steps }, (_, i) => i / 64);
	record.addSteps({
		type: 'steps',
		run: info.id,
		first: 0,
		losses,
		gradNorms: column,
		learningRates: column,
		seconds: column,
		tokensPerSecond: 61_000,
	});
	for (let step = 0; step <= steps; step += 10) {
		if (step % 20 === 0) {
			record.addFrame(frameOf({ ...info, experiment: { ...info.experiment, layers: 2, heads: 1, sequenceLength: 8 } }, step));
			record.addMetrics(step, { entropy: [3 - step / 1e6, Number.NaN] });
		}
		if (step % 50 === 0) record.addMetrics(step, { validationLoss: 2 + 1 / (1 + step) });
	}
	record.finish(steps, { validationLoss: 1.5 });
	record.rename('=Mine');
	return record.view();
}

const round = (run: RunView) => {
	const { results, problems } = readResults(JSON.parse(JSON.stringify(resultsOf([run], context))));
	expect(problems).toEqual([]);
	if (!results) throw new Error('no results');
	return runsFromResults(results)[0];
};

describe('a recorded run', () => {
	it('has the last numbers, the name and the experiment of the trained run', () => {
		const run = trained(600);
		const back = round(run);
		expect(back.info).toEqual(run.info);
		expect(back).toMatchObject({ name: '=Mine', step: 600, finished: true, recorded: true, tokensPerSecond: 61_000, divergedAt: null });
		expect(back.metrics).toEqual({ validationLoss: 1.5, entropy: [expect.closeTo(3 - 600 / 1e6, 6), Number.NaN] });
		expect(back.history).toHaveLength(run.history.length);
	});

	it('keeps few losses, every spike among them, and no point that was not measured', () => {
		const run = trained(100_000);
		const { series } = round(run);
		const steps = [...(series.steps ?? [])];
		expect(steps.length).toBeGreaterThan(200);
		expect(steps.length).toBeLessThanOrEqual(240);
		expect([steps[0], steps.at(-1), series.length]).toEqual([0, 99_999, 100_000]);
		expect(steps).toContain(33_333);
		for (const step of steps) expect(lossAt(series, step)).toBeCloseTo(run.series.losses[step], 5);
		expect(series.losses).toHaveLength(steps.length);
		expect(lossAt(series, (steps.find((step, i) => steps[i + 1] > step + 1) as number) + 1)).toBeNaN();
	});

	it('has true means over the stretches between its points', () => {
		const run = trained(100_000);
		const { series } = round(run);
		const [from, to] = [series.steps?.[50] as number, series.steps?.[51] as number];
		const wanted = run.series.losses.subarray(from + 1, to + 1).reduce((a, b) => a + b, 0) / (to - from);
		expect(smoothedAt(series, to, to - from)).toBeCloseTo(wanted, 3);
		const short = trained(200);
		expect(lastSmoothed(round(short).series, 20)).toBeCloseTo(lastSmoothed(short.series, 20) as number, 5);
	});

	it('keeps a few probes, the first and the latest among them, within 16 bits', () => {
		const run = trained(600);
		const back = round(run);
		expect(back.frames.steps).toEqual([0, 200, 400, 600]);
		expect(back.maps).toBe(back.frames.at(3));
		const [before, after] = [run.frames.at(10), back.frames.at(1)];
		expect(before.step).toBe(after.step);
		expect(Math.max(...after.probabilities.map((p, i) => Math.abs(p - before.probabilities[i])))).toBeLessThan(1.6e-5);
		expect(after.tokens).toEqual(before.tokens);
		expect(after.hiddenNorms[3]).toBeCloseTo(before.hiddenNorms[3], 4);
	});

	it('thins out a long history of each kind of measure, with its last', () => {
		const run = trained(100_000);
		expect(run.history.length).toBeGreaterThan(5000);
		const back = round(run);
		expect(back.history.length).toBeLessThanOrEqual(240);
		expect(back.history.filter(({ metrics }) => metrics.validationLoss !== undefined).length).toBeGreaterThan(50);
		expect(back.metrics.validationLoss).toBe(1.5);
	});

	it('is recorded again unchanged', () => {
		const once = resultsOf([trained(5000)], context);
		expect(resultsOf(runsFromResults(once), context)).toEqual(once);
	});

	it('records that it diverged, or that it is a fork', () => {
		const record = new RunRecord({ ...runInfo('vanilla'), fork: { from: 'x', step: 100, change: { clip: 2 } } });
		const losses = Float32Array.from({ length: 20 }, (_, i) => (i === 19 ? Number.NaN : 4 - i / 10));
		const column = new Float32Array(20);
		const event = {
			type: 'steps',
			run: 'vanilla-1',
			learningRates: column,
			gradNorms: column,
			seconds: column,
			tokensPerSecond: 1,
		} as const;
		record.addSteps({ ...event, first: 100, losses });
		record.diverge(119);
		const back = round(record.view());
		expect([back.step, back.divergedAt, back.series.first, back.series.length]).toEqual([119, 119, 100, 119]);
		expect(back.info.fork).toEqual({ from: 'x', step: 100, change: { clip: 2 } });
		expect(smoothedAt(back.series, 118, 100)).toBeCloseTo(2.3, 5);
	});
});

describe('all results as JSON', () => {
	it('have every loss and every measure, and are read back', () => {
		const runs = [trained(3000), { ...trained(1000, 'svformer'), name: 'svformer' }];
		const text = [...resultsJson(runs, context)].join('');
		const { results, problems } = readResults(JSON.parse(text));
		expect(problems).toEqual([]);
		const views = results ? runsFromResults(results) : [];
		expect(views.map(({ series }) => series.steps?.length)).toEqual([3000, 1000]);
		expect(views[0].history).toHaveLength(runs[0].history.length);
		expect(results?.recordedAt).toBe('2026-11-22T20:00:00.000Z');
		expect(results?.runs[1].name).toBeNull();
	});
});

it('are what `resultsOf` gives without limits, in pieces that are too short to block the page', () => {
	const runs = [trained(3000), trained(1000, 'svformer')];
	const pieces = [...resultsJson(runs, context)];
	const all = resultsOf(runs, context, { points: Number.POSITIVE_INFINITY, frames: 4, frameCharacters: 16e6 });
	expect(JSON.parse(pieces.join(''))).toEqual(JSON.parse(JSON.stringify(all)));
	expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(2 ** 16);
	expect(JSON.parse([...resultsJson([], context)].join('')).runs).toEqual([]);
});

it('keep probes within their share of a file, and none if one is too large', () => {
	const runs = Array.from({ length: 12 }, () => trained(100));
	const limits = { points: 240, frames: 4, frameCharacters: 12 * 500 };
	expect(resultsOf(runs, context, limits).runs[0].frames).toHaveLength(2);
	expect(resultsOf(runs, context, { ...limits, frameCharacters: 100 }).runs[0].frames).toEqual([]);
	expect(runsFromResults(resultsOf(runs, context, { ...limits, frameCharacters: 100 }))[0].maps).toBeNull();
});
