import { expect, it } from 'vitest';
import { type Cell, cellsOf, type Ending, runLines, summaryLines } from '../../src/cli/sweep/lines';
import type { Metrics } from '../../src/experiment/records/metrics';
import { readExperiment } from '../../src/experiment/validate';

const { experiment } = readExperiment({ methods: 'svformer,vanilla', seeds: [1, 2, 3], steps: 300, warmupSteps: 10 });
const ending = (lossAt: (step: number) => number, metrics: Metrics | null): Ending => ({
	losses: Float64Array.from({ length: 300 }, (_, step) => lossAt(step)),
	steps: 300,
	metrics,
});

const linesOf = (cell: Cell, endings: Ending[]) => runLines(cell, new Map(cell.methods.map((method, i) => [method, endings[i]])));

it('finds the critical point of a method that is ahead at first', () => {
	const [cell] = cellsOf(experiment);
	// Ahead by 1 for 100 steps, then behind by 1: the mean over 100 steps crosses 0 after 50 more.
	const lines = linesOf(cell, [ending((step) => (step < 100 ? 1 : 3), {}), ending(() => 2, {})]);
	expect(lines.map((line) => line.criticalPoint)).toEqual([150, null]);
	expect(lines[0].run).toBe('svformer#1');
});

it('leaves diverged runs out of the means, and counts runs without a critical point', () => {
	const cells = cellsOf(experiment);
	const lines = cells.flatMap((cell, i) =>
		linesOf(cell, [
			ending(() => (i === 1 ? 3 : 1), i === 2 ? null : { validationLoss: 1 + i, entropy: [2, Number.NaN] }),
			ending(() => 2, { validationLoss: 2, entropy: [1, 1] }),
		]),
	);
	const printed = lines.map((line) => JSON.parse(JSON.stringify(line)));
	expect(printed[4]).toMatchObject({ run: 'svformer#3', diverged: true, validationLoss: null, criticalPoint: null });
	const summaries = summaryLines(experiment, printed);
	const of = (metric: string, layer?: number) =>
		summaries.find((line) => line.method === 'svformer' && line.metric === metric && line.layer === layer);
	expect(of('validationLoss')).toMatchObject({ n: 2, mean: 1.5, difference: { n: 2, mean: -0.5, separated: false } });
	expect(of('entropy', 1)).toMatchObject({ n: 2, mean: 2, difference: { mean: 1, halfWidth: 0, separated: true } });
	expect(of('entropy', 2)).toBeUndefined();
	expect(of('criticalPoint')).toMatchObject({ n: 0, notReached: 1, neverAhead: 1 });
});

it('compares methods with the vanilla of another point with the same settings', () => {
	const sweep = [{ methods: 'svformer' }, { methods: 'vanilla' }, { methods: 'resformer', steps: 200 }, { methods: 'vanilla,resformer' }];
	const { experiment: swept, problems } = readExperiment({ ...experiment, seeds: [1, 2], sweep });
	expect(problems).toEqual([]);
	const cells = cellsOf(swept);
	expect(cells.filter(({ seed }) => seed === 2).map(({ baseline }) => baseline.run)).toEqual([
		'vanilla#2@2',
		'vanilla#2@2',
		'resformer#2@3',
		'vanilla#2@4',
	]);
	const vanilla = ending(() => 2, { validationLoss: 2 });
	const svformer = ending(() => 1, { validationLoss: 1.5 });
	const [line] = runLines(cells[0], new Map(Object.entries({ vanilla, svformer })));
	expect(line.criticalPoint).toBe('not reached');
	const lines = [line, ...runLines(cells[2], new Map([['vanilla', vanilla]]))];
	const [summary] = summaryLines(swept, lines).filter(({ method, metric }) => method === 'svformer' && metric === 'validationLoss');
	expect(summary.difference).toEqual({ n: 1, mean: -0.5, halfWidth: null, separated: false });
});
