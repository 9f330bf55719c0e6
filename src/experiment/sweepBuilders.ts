/** Points of common sweeps. */
import type { FieldName } from './fields';
import { cumulativeLearningRate } from './schedule';
import type { Experiment, SweepPoint } from './types';

/** One point per value of one field. */
export function sweepOf<Name extends FieldName & keyof SweepPoint>(name: Name, values: readonly Experiment[Name][]): SweepPoint[] {
	return values.map((value) => ({ [name]: value }) as SweepPoint);
}

/** Every point of `rows` with every point of `columns`. */
export function gridOf(rows: readonly SweepPoint[], columns: readonly SweepPoint[]): SweepPoint[] {
	return rows.flatMap((row) => columns.map((column) => ({ ...row, ...column })));
}

/** Sequence lengths at one number of tokens per batch. Lengths that do not divide `tokens` are left out. */
export function fixedTokensPerBatch(lengths: readonly number[], tokens: number): SweepPoint[] {
	return lengths
		.filter((length) => Number.isInteger(tokens / length))
		.map((sequenceLength) => ({ sequenceLength, batchSize: tokens / sequenceLength }));
}

/**
 * Step counts at the experiment's cumulative learning rate: the peak of each is such that the sum over its steps is equal,
 * to 6 digits of the peak. The warm-up is lowered to the steps, as everywhere.
 */
export function equalCumulativeRate(experiment: Experiment, stepCounts: readonly number[]): SweepPoint[] {
	const goal = cumulativeLearningRate(experiment);
	return stepCounts.map((steps) => {
		const settings = { ...experiment, steps, warmupSteps: Math.min(experiment.warmupSteps, steps) };
		// The sum is a straight line in the peak, with the end fixed or a tenth of it.
		const [one, two] = [1e-3, 2e-3].map((learningRate) => cumulativeLearningRate({ ...settings, learningRate }));
		const learningRate = 1e-3 * (1 + (goal - one) / (two - one));
		return { steps, learningRate: Number(learningRate.toPrecision(6)) };
	});
}

/** Each layer from 2 on by itself as the one that mixes V₁ in, each with the baseline at its side. */
export function oneLayerAtATime({ layers }: Pick<Experiment, 'layers'>, baseline = 'vanilla'): SweepPoint[] {
	return Array.from({ length: layers - 1 }, (_, i) => ({ methods: [baseline, `resformer:sparse(layers=${i + 2})`] }));
}
