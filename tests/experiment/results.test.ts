import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import { readResults } from '../../src/experiment/readResults';
import { experimentOf, type Results, type RunResult } from '../../src/experiment/results';

const run = (): RunResult => ({
	id: 'svformer-2',
	method: 'svformer',
	group: 'svformer',
	label: 'SVFormer',
	name: null,
	seed: 2,
	changes: { learningRate: 0.001 },
	fork: { from: 'vanilla-2', step: 1, change: { methods: ['svformer'] } },
	moved: [{ step: 3, lambdas: [{ layer: 1, index: 0, value: 0.5, label: 'λ₁' }] }],
	parameters: 1000,
	kvCacheBytesPerToken: 128,
	gpuBytes: 4000,
	step: 5,
	finished: true,
	divergedAt: null,
	tokensPerSecond: 1234.5,
	losses: { steps: [1, 4], values: [4, 3], sums: [0, 10.5], seconds: [0.1, null] },
	history: [{ step: 5, metrics: { validationLoss: 2.5, entropy: [3, null] } }],
	frames: [
		{
			step: 5,
			layers: 1,
			heads: 1,
			tokens: ['<s>', 'a'],
			probabilities: '//8AAP//',
			valueNorms: [1, 2],
			mixedNorms: [1, 2],
			hiddenNorms: [1, 2],
			sinkRates: [0.5],
		},
	],
});
const results = (...runs: unknown[]): Results => ({
	version: 1,
	recordedAt: '2026-11-22T20:00:00.000Z',
	adapter: 'NVIDIA GeForce RTX 4070',
	experiment: defaultExperiment(),
	runs: runs as RunResult[],
});

describe('results', () => {
	it('are read back from a file unchanged', () => {
		const before = results(run(), { ...run(), id: 'other', name: '=mine', fork: null, frames: [] });
		expect(readResults(JSON.parse(JSON.stringify(before)))).toEqual({ results: before, problems: [] });
	});

	it('have the experiment that each run trained', () => {
		expect(experimentOf(run(), defaultExperiment())).toEqual({
			...defaultExperiment(),
			methods: ['svformer'],
			seeds: [2],
			learningRate: 0.001,
		});
	});

	it('leave out an invalid run, and name the fault and its place', () => {
		const wrong: [string, object][] = [
			['runs[1].step', { step: -1 }],
			['runs[1].losses.steps', { losses: { ...run().losses, steps: [4, 1] } }],
			['runs[1].losses.steps', { losses: { ...run().losses, steps: [1, 40] } }],
			['runs[1].losses.values', { losses: { ...run().losses, values: [1] } }],
			['runs[1].losses.values', { losses: { ...run().losses, values: [1, null] } }],
			['runs[1].history[0].metrics', { history: [{ step: 1, metrics: 4 }] }],
			['runs[1].history[0].metrics.a', { history: [{ step: 1, metrics: { a: 'b' } }] }],
			['runs[1].history', { history: [run().history[0], run().history[0]] }],
			['runs[1].frames[0].probabilities', { frames: [{ ...run().frames[0], probabilities: 'AAAA' }] }],
			['runs[1].frames[0].tokens', { frames: [{ ...run().frames[0], tokens: [1, 2] }] }],
			['runs[1].frames[0].sinkRates', { frames: [{ ...run().frames[0], sinkRates: [] }] }],
			['runs[1].changes', { changes: { layers: 1000 } }],
			['runs[1].changes', { method: 'unheard-of' }],
			['runs[1].fork.change', { fork: { ...run().fork, change: { unheard: 1 } } }],
			['runs[1].fork.change', { fork: { ...run().fork, change: { layers: 2 } } }],
			['runs[1].fork.change', { fork: { ...run().fork, change: { clip: 1, learningRate: 1e-3 } } }],
			['runs[1].fork.change', { fork: { ...run().fork, change: { methods: null } } }],
			['runs[1].id', {}],
			['runs[1].label', { label: 7 }],
		];
		for (const [field, change] of wrong) {
			const { results: read, problems } = readResults(results(run(), { ...run(), ...change }));
			expect(read?.runs, field).toEqual([run()]);
			expect(problems.map((problem) => problem.field)).toEqual([field]);
			expect(problems[0].message).toMatch(/; the run is left out$/);
		}
	});

	it('are null if nothing can be read, and reading never throws', () => {
		const json: unknown = JSON.parse('{"version":1,"__proto__":{"runs":[]}}');
		for (const rubbish of [
			null,
			7,
			'a',
			[],
			{},
			{ version: 2 },
			results({}),
			json,
			{ ...results(), runs: 'x' },
			{ ...results(), recordedAt: 'now' },
		]) {
			const { results: read, problems } = readResults(rubbish);
			expect(read).toBeNull();
			expect(problems.length).toBeGreaterThan(0);
			for (const { message } of problems) expect(message).not.toMatch(/undefined|NaN/);
		}
	});

	it('refuse a file that would unpack to more than the page can hold', () => {
		const long = { ...run(), step: 1_000_000, losses: { ...run().losses, steps: [1, 999_999] } };
		const { results: read, problems } = readResults(results(...Array.from({ length: 12 }, (_, i) => ({ ...long, id: `${i}` }))));
		expect(read?.runs).toHaveLength(10);
		expect(problems[0].field).toBe('runs[10]');
		const frame = { ...run().frames[0], layers: 1000, heads: 1000, tokens: Array(4096).fill('a') };
		expect(readResults(results(run(), { ...run(), frames: [frame] })).problems[0].field).toBe('runs[1].frames[0]');
	});

	it('drop a metric whose name would change the object that holds it', () => {
		const history = JSON.parse('[{"step":1,"metrics":{"__proto__":1}}]');
		const read = readResults(results({ ...run(), history })).results;
		expect(read?.runs[0].history[0].metrics).toEqual({});
	});
});
