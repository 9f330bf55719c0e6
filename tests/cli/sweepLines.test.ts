import { expect, it } from 'vitest';
import { cellsOf, type Ending, runLines, summaryLines } from '../../src/cli/sweep/lines';
import type { Metrics } from '../../src/experiment/records/metrics';
import { readExperiment } from '../../src/experiment/validate';

const { experiment } = readExperiment({ methods: 'svformer,vanilla', seeds: [1, 2, 3], steps: 300, warmupSteps: 10 });
const ending = (lossAt: (step: number) => number, metrics: Metrics | null): Ending => ({
	losses: Float64Array.from({ length: 300 }, (_, step) => lossAt(step)),
	steps: 300,
	metrics,
});

it('finds the critical point of a method that is ahead at first', () => {
	const [cell] = cellsOf(experiment);
	// Ahead by 1 for 100 steps, then behind by 1: the mean over 100 steps crosses 0 after 50 more.
	const lines = runLines(cell, [ending((step) => (step < 100 ? 1 : 3), {}), ending(() => 2, {})]);
	expect(lines.map((line) => line.criticalPoint)).toEqual([150, null]);
	expect(lines[0].run).toBe('svformer#1');
});

it('leaves runs that diverged out of the means, and counts critical points that are no step', () => {
	const cells = cellsOf(experiment);
	const lines = cells.flatMap((cell, i) =>
		runLines(cell, [
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
