import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../../src/experiment/fields';
import type { Question } from '../../src/experiment/questions';
import { findQuestion } from '../../src/experiment/questions';
import { readResults } from '../../src/experiment/readResults';
import type { Frame } from '../../src/experiment/records/frame';
import type { Results } from '../../src/experiment/results';
import { runsFromResults } from '../../src/session/client/results/runsFromResults';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { figureOf } from '../../src/ui/questions/figures/figure';
import { layerFigure, lossFigure, sweepFigure } from '../../src/ui/questions/figures/lineFigures';
import { mapFigure, SHADES } from '../../src/ui/questions/figures/mapFigure';
import { lengthSweep } from './sweepRuns';
import { view } from './views';

const experiment = { ...defaultExperiment(), steps: 200, seeds: [1, 2] };
const LOSS = [{ measure: 'validationLoss' }] as const;
const expectations: Question['expectations'] = [];

/** A run with validation losses at steps 100 and 200. */
const withLosses = (method: string, seed: number, first: number, last: number): RunView => ({
	...view(method, seed, [], { 100: { validationLoss: first }, 200: { validationLoss: last, entropy: [last, last + 1] } }),
	finished: true,
});

describe('curves', () => {
	it('are differences from vanilla by seed, with their range', () => {
		const runs = [
			withLosses('vanilla', 1, 3, 2),
			withLosses('vanilla', 2, 3.5, 2.5),
			withLosses('resformer', 1, 2.9, 1.9),
			withLosses('resformer', 2, 3.6, 2.2),
		];
		const figure = lossFigure(experiment, runs);
		expect(figure?.lines).toHaveLength(1);
		const [{ xs, ys, low, high }] = figure?.lines ?? [];
		expect(xs).toEqual([100, 200]);
		expect(ys.map((y) => y.toFixed(3))).toEqual(['0.000', '-0.200']);
		expect([low[1], high[1]].map((y) => y.toFixed(3))).toEqual(['-0.300', '-0.100']);
		expect(figure?.caption).toContain('minus vanilla’s');
	});

	it('leave out a seed without a baseline', () => {
		const runs = [withLosses('vanilla', 1, 3, 2), withLosses('resformer', 1, 3, 1.5), withLosses('resformer', 2, 3, 9)];
		expect(lossFigure(experiment, runs)?.lines[0].ys).toEqual([0, -0.5]);
	});

	it('show the loss itself of a single method', () => {
		const figure = lossFigure(experiment, [withLosses('vanilla', 1, 3, 2)]);
		expect(figure?.lines[0].ys).toEqual([3, 2]);
		expect(figure?.reference).toBeNull();
	});
});

it('a measure by layer is averaged over seeds, next to the value of uniform attention', () => {
	const runs = [withLosses('vanilla', 1, 3, 2), withLosses('vanilla', 2, 3, 4)];
	const figure = layerFigure({ reports: [{ measure: 'entropy', layers: 'all' }], experiment: { ...experiment, layers: 2 } }, runs);
	expect(figure?.lines[0]).toMatchObject({ xs: [1, 2], ys: [3, 4], low: [2, 3], high: [4, 5] });
	expect(figure?.reference).toBeCloseTo(3.754, 3);
});

it('a sweep is drawn over its field, as differences from the baseline at the same point and seed', () => {
	const lengths = [32, 64, 128];
	const sweep = lengths.map((sequenceLength) => ({ sequenceLength, batchSize: 1024 / sequenceLength }));
	const of = { ...experiment, methods: ['vanilla', 'svformer'], seeds: [1, 2, 3], sweep };
	const runs = lengthSweep(lengths, (length) => length / 1000);
	const figure = sweepFigure({ experiment: of, expectations, reports: LOSS }, runs);
	expect(figure?.ticks.map(({ label }) => label)).toEqual(['32', '64', '128']);
	expect(figure?.lines).toHaveLength(1);
	expect(figure?.lines[0].ys.map((y) => y.toFixed(3))).toEqual(['0.032', '0.064', '0.128']);
	expect(figure?.lines[0].label).toBe('SVFormer');
	expect(figure?.caption).toContain('minus Vanilla’s, over sequence length');
});

it('points with methods of their own are one line, named by the words that the methods share', () => {
	const question = findQuestion('layer') as Question;
	const { results } = readResults(JSON.parse(readFileSync(new URL('../../public/recorded/layer.json', import.meta.url), 'utf8')));
	const figure = sweepFigure(question, runsFromResults(results as Results));
	expect(figure?.lines.map(({ label }) => label)).toEqual(['ResFormer sparse']);
});

/** Attention of a head that gives `first` to the first token, and the rest to itself. */
function frame(first: readonly number[], length = 8): Frame {
	const probabilities = new Float32Array(first.length * length * length);
	first.forEach((share, layer) => {
		for (let query = 0; query < length; query++) {
			const row = (layer * length + query) * length;
			probabilities[row + query] = 1 - share;
			probabilities[row] += share;
		}
	});
	const norms = new Float32Array(first.length * length);
	const tokens = Array.from({ length }, () => 'a');
	const shape = { run: '', step: 200, layers: first.length, heads: 1, length, tokens };
	return { ...shape, probabilities, valueNorms: norms, mixedNorms: norms, hiddenNorms: norms, sinkRates: new Float32Array(first.length) };
}

describe('a pair of maps', () => {
	const probed = (method: string, first: readonly number[]): RunView => ({ ...view(method, 1, []), maps: frame(first) });

	it('is that of the layer and the method that differ most from vanilla', () => {
		const figure = mapFigure([probed('vanilla', [0.5, 0.9]), probed('resformer', [0.4, 0.8]), probed('svformer', [0.5, 0.1])]);
		expect(figure?.maps.map(({ label }) => label)).toEqual(['Vanilla', 'SVFormer']);
		expect(figure?.caption).toBe(
			'Layer 2, step 200, one seed. Of these maps’ attention, the first token gets 90 % in Vanilla, 10 % in SVFormer',
		);
	});

	it('draws each cell in the shade of its probability, and none above the diagonal', () => {
		const figure = mapFigure([probed('vanilla', [1])]);
		expect(figure?.maps).toHaveLength(1);
		const [{ paths }] = figure?.maps ?? [];
		expect(paths.slice(0, SHADES - 1).join('')).toBe('');
		expect(paths[SHADES - 1].split('M').slice(1)).toEqual(Array.from({ length: 8 }, (_, row) => `0,${row}h1v1h-1z`));
	});

	it('is missing without probes', () => {
		expect(mapFigure([view('vanilla', 1, [])])).toBeNull();
	});
});

it('a question about attention whose record has no maps is answered by layer, or by its loss', () => {
	const question = { shows: 'attention', expectations, reports: [{ measure: 'entropy' }], experiment } as const;
	expect(figureOf(question, [withLosses('vanilla', 1, 3, 2)])).toMatchObject({ kind: 'lines' });
	expect(figureOf(question, [])).toBeNull();
});
