import { describe, expect, it } from 'vitest';
import type { FieldName } from '../../src/experiment/fields';
import { methodLabel } from '../../src/experiment/methods/names';
import { lambdaValues } from '../../src/experiment/sweepBuilders';
import type { RunView } from '../../src/session/client/store/labSnapshot';
import { verdictSentences } from '../../src/ui/charts/sweep/pointText';
import { sweepMeansCsv, sweepRunsCsv } from '../../src/ui/charts/sweep/sweepCsv';
import { chosenOf, DEFAULT_SWEEP_VIEW, drawnOf, type SweepView, sweepData } from '../../src/ui/charts/sweep/sweepView';
import { lengthSweep, sweptRun } from './sweepRuns';

const LENGTHS: FieldName[] = ['sequenceLength', 'batchSize'];

function draw(runs: readonly RunView[], swept: FieldName[], change: Partial<SweepView> = {}) {
	const data = sweepData(runs, 'vanilla', swept);
	const chosen = chosenOf({ ...DEFAULT_SWEEP_VIEW, ...change }, data);
	return { data, chosen, drawn: drawnOf(chosen, data) };
}

/** Ahead at 32, behind at 64, as good at 128. */
const lead = (length: number, seed: number) => (length === 32 ? -0.1 : length === 64 ? 0.1 : 0.1 * (seed - 2)) + seed / 1000;
const runs = lengthSweep([32, 64, 128], lead);

describe('a sweep of one field', () => {
	it('has a line per method with its mean and 95 % t-interval at each value, and a mark per run', () => {
		const { drawn, chosen } = draw(runs, LENGTHS);
		expect(chosen.x.key).toBe('sequenceLength');
		const [vanilla, svformer] = drawn.chart.lines;
		expect([vanilla.label, svformer.label]).toEqual(['Vanilla', methodLabel('svformer')]);
		expect(vanilla.values.map(({ x }) => x)).toEqual([32, 64, 128]);
		expect(vanilla.values[0].mean).toBeCloseTo(2.02 - 0.032, 10);
		// Seeds 0.01 apart: t(2) · 0.01 / √3.
		expect(vanilla.values[0].half).toBeCloseTo((4.303 * 0.01) / Math.sqrt(3), 6);
		expect(drawn.chart.marks).toHaveLength(18);
		expect(drawn.chart.xTicks).toEqual([32, 64, 128]);
	});

	it('draws the measure that answers the question until another is chosen', () => {
		const data = sweepData(runs, 'vanilla', LENGTHS);
		const metric = (view: Partial<SweepView>, measure: string) =>
			chosenOf({ ...DEFAULT_SWEEP_VIEW, ...view }, data, { measure }).metric.key;
		expect(metric({}, 'entropy')).toBe('entropy.layer1');
		expect(metric({ metric: 'validationLoss' }, 'entropy')).toBe('validationLoss');
		expect(metric({}, 'unknown')).toBe('validationLoss');
	});

	it('names the points by their choices where no number tells them apart', () => {
		const points = [{ optimizer: 'adamw' }, { optimizer: 'sgd', learningRate: 0.1 }, { optimizer: 'muon' }] as const;
		const made = points.map((point, i) => sweptRun(i, point, 'vanilla', 1, { validationLoss: 2 }));
		const data = sweepData(
			made,
			'vanilla',
			['learningRate', 'optimizer'],
			made.map(({ info }) => info.experiment),
		);
		const { xs } = data;
		expect(xs.slice(0, 2).map(({ key, label }) => [key, label])).toEqual([
			['point', 'Optimiser'],
			['learningRate', 'Learning rate'],
		]);
		expect([1, 2, 3].map(xs[0].format)).toEqual(['AdamW', 'SGD with momentum', 'Muon']);
		// No line joins places that have no order.
		expect(drawnOf(chosenOf(DEFAULT_SWEEP_VIEW, data), data).chart.ordered).toBe(false);
		expect(draw(runs, LENGTHS).drawn.chart.ordered).toBe(true);
	});

	it('ends the intervals of shares at 0 and 100 %, and those of their differences at ±100 %', () => {
		const share = (point: number, method: string, seed: number, value: number) =>
			sweptRun(point, { sequenceLength: 32 * (point + 1), batchSize: 16 }, method, seed, { validationLoss: 2, accuracy: value });
		const made = [0, 1].flatMap((point) =>
			[0.02, 0.98, 0.99].flatMap((value, i) => [share(point, 'vanilla', i + 1, value), share(point, 'svformer', i + 1, 1 - value)]),
		);
		const { chart } = draw(made, LENGTHS, { metric: 'accuracy' }).drawn;
		const [{ mean, half }] = chart.lines[0].values;
		expect(mean + (half ?? 0), 'the interval itself').toBeGreaterThan(1);
		expect(chart.limits).toEqual([0, 1]);
		expect(chart.yDomain[1]).toBeLessThan(1.2);
		expect(draw(made, LENGTHS, { metric: 'accuracy', asDifference: true }).drawn.chart.limits).toEqual([-1, 1]);
		expect(draw(runs, LENGTHS).drawn.chart.limits).toEqual([-Infinity, Infinity]);
	});

	it('leaves out runs that have not finished, and counts those that stopped', () => {
		const partly = runs.map((run, i) => (i === 0 ? { ...run, finished: false } : i === 1 ? { ...run, divergedAt: 12 } : run));
		const { drawn } = draw(partly, LENGTHS);
		expect(drawn.chart.marks).toHaveLength(16);
		expect(drawn.chart.lines[0].values[0]).toMatchObject({ n: 1, half: null });
		expect(drawn.words).toBe('Not drawn: 1 run stopped because the loss became NaN.');
	});

	it('pairs each run with the baseline’s run of the same point and seed', () => {
		const { drawn } = draw(runs, LENGTHS, { asDifference: true });
		expect(drawn.chart.lines.map(({ label }) => label)).toEqual([methodLabel('svformer')]);
		const { values } = drawn.chart.lines[0];
		expect(values.map(({ difference }) => difference?.separated)).toEqual([true, true, false]);
		expect(values[0].mean).toBeCloseTo(-0.098, 10);
		expect(drawn.chart.yDomain[0]).toBeLessThan(0);
	});

	it('names the values at which a method is below and above the baseline', () => {
		const { drawn } = draw(runs, LENGTHS);
		expect(verdictSentences(drawn.values, drawn.place, 'Vanilla')).toEqual([
			{
				label: methodLabel('svformer'),
				text: 'is below Vanilla at 32 (separated, 3 seeds), above Vanilla at 64 (separated, 3 seeds) and not separated at 128 (3 seeds).',
			},
		]);
	});

	it('can be drawn over what follows from the experiment, and for a metric of one layer', () => {
		const { drawn } = draw(runs, LENGTHS, { x: 'tokens', metric: 'entropy.layer2' });
		expect(drawn.chart.lines[0].values.map(({ x }) => x)).toEqual([200 * 1024, 200 * 1024, 200 * 1024]);
		expect(drawn.chart.lines[0].values[0].mean).toBe(4);
		expect(draw(runs, LENGTHS, { x: 'rates' }).drawn.chart.lines[0].values[0].x).toBeCloseTo(0.33, 1);
	});
});

describe('critical points over a sweep', () => {
	const crossing = (point: number, sequenceLength: number, loss: number | ((step: number) => number)) => [
		sweptRun(point, { sequenceLength }, 'vanilla', 1, { validationLoss: 2 }),
		sweptRun(point, { sequenceLength }, 'svformer', 1, { validationLoss: 2 }, loss),
	];
	const mixed = [...crossing(0, 32, (step) => (step < 50 ? 2.9 : 3.1)), ...crossing(1, 64, 2.9), ...crossing(2, 128, 3.1)];

	it('are drawn where they are numbers; the others are counted in words', () => {
		const { drawn } = draw(mixed, ['sequenceLength'], { metric: 'criticalPoint' });
		expect(drawn.chart.lines.flatMap(({ values }) => values.map(({ x, mean }) => [x, mean]))).toEqual([[32, 100]]);
		expect(drawn.words).toBe('Not drawn: not reached in 1 run; never ahead in 1 run.');
		expect(drawn.rows.map(({ values }) => values?.critical)).toEqual([[], [100], [], ['not reached'], [], ['never ahead']]);
	});

	it('are counted as approximate if only some steps are kept, and a loss is not', () => {
		const few = (run: RunView): RunView => ({ ...run, series: { ...run.series, steps: Int32Array.from(run.series.losses.keys()) } });
		const thinned = mixed.map((run, i) => (i === 1 ? few(run) : run));
		expect(draw(thinned, ['sequenceLength'], { metric: 'criticalPoint' }).drawn.approximate).toBe(1);
		expect(draw(thinned, ['sequenceLength'], { show: 'table' }).drawn.approximate).toBe(1);
		expect(draw(thinned, ['sequenceLength']).drawn.approximate).toBe(0);
		expect(draw(mixed, ['sequenceLength'], { show: 'table' }).drawn.approximate).toBe(0);
	});
});

describe('a grid of two fields', () => {
	const grid = [1e-3, 3e-3].flatMap((learningRate, i) =>
		[100, 200].flatMap((steps, j) =>
			['vanilla', 'svformer'].map((method) =>
				sweptRun(2 * i + j, { learningRate, steps }, method, 1, { validationLoss: 3 - 100 * learningRate - steps / 1000 }),
			),
		),
	);
	const fields: FieldName[] = ['steps', 'learningRate'];

	it('has a line per method and value of the other field, and a heat map per method', () => {
		const { drawn, data } = draw(grid, fields);
		expect(data.grid).toEqual(['steps', 'learningRate']);
		expect(drawn.chart.lines.map(({ label }) => label)).toEqual(
			['Vanilla', methodLabel('svformer')]
				.flatMap((label) => [`${label}, learning rate 0.001`])
				.concat(['Vanilla', methodLabel('svformer')].map((label) => `${label}, learning rate 0.003`)),
		);
		expect(verdictSentences(drawn.values, drawn.place, 'Vanilla')[0].text).toMatch(
			/^is not separated at 100 with learning rate 0\.001, 100 with learning rate 0\.003, .* \(one seed\)\.$/,
		);
		expect(draw(grid, fields, { show: 'map', method: 'svformer' }).drawn.map).toHaveLength(4);
		expect(draw(runs, LENGTHS, { show: 'map' }).chosen.show).toBe('chart');
	});
});

describe('one layer at a time', () => {
	it('pairs every point’s method with the one run of the baseline', () => {
		const layers = [
			sweptRun(0, {}, 'vanilla', 1, { validationLoss: 2 }),
			...[2, 3].map((layer) => sweptRun(layer - 1, {}, `resformer:sparse(layers=${layer})`, 1, { validationLoss: 2 - layer / 10 })),
		];
		const { drawn, chosen } = draw(layers, ['methods'], { asDifference: true });
		expect(chosen.x.key).toBe('point');
		expect(drawn.chart.marks.map(({ x, y }) => [x, Number(y.toFixed(6))])).toEqual([
			[2, -0.2],
			[3, -0.3],
		]);
	});
});

describe('a sweep of λ', () => {
	it('is one line over λ, next to the baseline’s one run at every point', () => {
		const values = [0.5, 2, 5];
		const points = lambdaValues({ method: 'resformer:constant', weight: 0 }, values);
		const swept = points.map(({ methods = [] }, point) => sweptRun(point, {}, methods[1], 1, { validationLoss: 2 - values[point] / 100 }));
		const vanilla = sweptRun(0, {}, 'vanilla', 1, { validationLoss: 2 });
		const all = [{ ...vanilla, info: { ...vanilla.info, alsoAt: [1, 2] } }, ...swept];
		const experiments = points.map(({ methods = [] }) => ({ ...vanilla.info.experiment, methods }));
		const data = sweepData(all, 'vanilla', ['methods'], experiments);
		const drawn = drawnOf(chosenOf(DEFAULT_SWEEP_VIEW, data), data);
		expect(data.xs[0].label).toBe('λ₁ of ResFormer constant');
		const lines = drawn.chart.lines.map(({ label, values: cells }) => [label, cells.map(({ x, mean }) => [x, mean])]);
		expect(Object.fromEntries(lines)).toEqual({
			Vanilla: values.map((x) => [x, 2]),
			'ResFormer constant': values.map((x) => [x, 2 - x / 100]),
		});
		const differences = data.cells.flatMap((cell) => drawn.values.find((each) => each.cell === cell)?.difference?.mean ?? []);
		expect(differences.map((value) => Number(value.toFixed(6)))).toEqual([-0.005, -0.02, -0.05]);
	});
});

describe('cost against loss', () => {
	it('joins the cells that no cheaper one beats', () => {
		const costs = { vanilla: 400, svformer: 250, 'vanilla+gqa:2': 200, 'vanilla+cla:2': 220 };
		const losses = { vanilla: 1.8, svformer: 1.9, 'vanilla+gqa:2': 2, 'vanilla+cla:2': 2.1 };
		const all = Object.entries(costs).map(([method, kvCacheBytesPerToken]) => {
			const run = sweptRun(0, {}, method, 1, { validationLoss: losses[method as keyof typeof losses] });
			return { ...run, info: { ...run.info, kvCacheBytesPerToken } };
		});
		const { drawn } = draw(all, [], { show: 'pareto', cost: 'kv' });
		expect(drawn.chart.frontier.map(({ cell }) => cell.method)).toEqual(['vanilla+gqa:2', 'svformer', 'vanilla']);
	});
});

describe('its files', () => {
	it('have a row per run with its point and metrics, and a row per mean with its interval and difference', () => {
		const { data } = draw(runs, LENGTHS);
		const [header, first] = sweepRunsCsv(data).split('\r\n');
		expect(header).toBe(
			'point,sequenceLength,batchSize,method,seed,step,state,rates,tokens,parameters,kv,criticalPoint,validationLoss,entropy.layer1,entropy.layer2',
		);
		expect(first).toMatch(/^0,32,32,vanilla,1,200,finished,0\.\d+,204800,224384,2048,,1\.978,3,3$/);
		const means = sweepMeansCsv(data).trimEnd().split('\r\n');
		const row = means.find((line) => line.startsWith('0,32,32,svformer') && line.includes('validationLoss'));
		expect(row).toMatch(/validationLoss,3,1\.\d+,0\.\d+,3,-0\.098,0\.002\d+,true$/);
	});
});
