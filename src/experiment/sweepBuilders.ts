/** Points of common sweeps. */
import type { FieldName } from './fields';
import { type MethodWeight, methodWeights, parseMethod } from './methods/names';
import { BASELINE_METHOD } from './methods/own';
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
export function oneLayerAtATime({ layers }: Pick<Experiment, 'layers'>, baseline = BASELINE_METHOD): SweepPoint[] {
	return Array.from({ length: layers - 1 }, (_, i) => ({ methods: [baseline, `resformer:sparse(layers=${i + 2})`] }));
}

/** One point per list of methods. */
export const methodLists = (lists: readonly (readonly string[])[]): SweepPoint[] => lists.map((methods) => ({ methods: [...methods] }));

/** A λ of a method: its place among those that the name can set. */
export interface LambdaOf {
	/** Canonical name. */
	method: string;
	weight: number;
}

/** The λ, with its value in the method's name; undefined if the method has no such λ. */
export function weightOf({ method, weight }: LambdaOf): MethodWeight | undefined {
	const result = parseMethod(method);
	return result.ok ? methodWeights(result.method)[weight] : undefined;
}

/** One point per value of a λ, each with the baseline at its side. */
export function lambdaValues(of: LambdaOf, values: readonly number[], baseline = BASELINE_METHOD): SweepPoint[] {
	const weight = weightOf(of);
	if (!weight) throw new Error(`${of.method} has no λ ${of.weight}`);
	return methodLists(values.map((value) => [baseline, weight.named(value)]));
}

/** The λ and its values if `points` are those of `lambdaValues`, else null. */
export function readLambdaValues(points: readonly SweepPoint[]): { of: LambdaOf; values: number[] } | null {
	const method = points[0]?.methods?.[1];
	if (method === undefined) return null;
	for (let weight = 0; weightOf({ method, weight }); weight++) {
		const of = { method, weight };
		const values = points.map((point) => weightOf({ method: point.methods?.[1] ?? '', weight })?.value ?? Number.NaN);
		if (new Set(values).size < points.length || values.includes(Number.NaN)) continue;
		if (JSON.stringify(lambdaValues(of, values)) === JSON.stringify(points)) return { of, values };
	}
	return null;
}
