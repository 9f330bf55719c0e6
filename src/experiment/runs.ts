/** The runs of an experiment, each of which is trained once, and what a run depends on. */
import { FIELD_NAMES, type FieldName, isUsed, labelInSentence } from './fields';
import { endLearningRateOf } from './schedule';
import { type ExpandedPoint, sweepPoints, sweptFields } from './sweep';
import type { Experiment } from './types';

/** The value that null stands for in a number field. */
const MEANING_OF_NULL: Partial<Record<FieldName, (experiment: Experiment) => number>> = {
	kvHeads: ({ heads }) => heads,
	endLearningRate: endLearningRateOf,
};

/** A field's value, or the one that null stands for. */
export const effectiveValue = (experiment: Experiment, name: FieldName): Experiment[FieldName] =>
	experiment[name] ?? MEANING_OF_NULL[name]?.(experiment) ?? null;

const settings = new WeakMap<Experiment, string>();

/**
 * Everything that the runs of one point depend on besides method and seed, as text. Fields that they ignore are left out. Made once
 * per experiment object, because experiments are never mutated.
 */
export function settingsKey(experiment: Experiment): string {
	let key = settings.get(experiment);
	if (key === undefined) {
		const values = FIELD_NAMES.map((name) =>
			name === 'methods' || name === 'seeds' || !isUsed(name, experiment) ? null : effectiveValue(experiment, name),
		);
		key = JSON.stringify(values);
		settings.set(experiment, key);
	}
	return key;
}

/** Equal for runs that train equally and are measured at the same steps. */
export const runKey = (experiment: Experiment, method: string, seed: number): string => `${method}#${seed} ${settingsKey(experiment)}`;

/** One run of an experiment: a method with a seed at a point of its sweep. */
export interface ExperimentRun {
	/** Canonical name. */
	method: string;
	seed: number;
	/** The first point that has the run. */
	point: ExpandedPoint;
	/** Indices of the other points that have it. */
	alsoAt: readonly number[];
}

const expanded = new WeakMap<Experiment, readonly ExperimentRun[]>();

/** The runs of an experiment by point, method and seed. Runs that several points have, such as the baseline's, are listed once. */
export function runsOf(experiment: Experiment): readonly ExperimentRun[] {
	let runs = expanded.get(experiment);
	if (!runs) {
		const found = new Map<string, ExperimentRun & { alsoAt: number[] }>();
		for (const point of sweepPoints(experiment))
			for (const method of point.experiment.methods)
				for (const seed of point.experiment.seeds) {
					const key = runKey(point.experiment, method, seed);
					const run = found.get(key);
					if (run) run.alsoAt.push(point.index);
					else found.set(key, { method, seed, point, alsoAt: [] });
				}
		runs = [...found.values()];
		expanded.set(experiment, runs);
	}
	return runs;
}

/** Number of runs that an experiment trains. */
export const countRuns = (experiment: Experiment): number => runsOf(experiment).length;

/** A sentence on runs that several points have, with the swept fields that no run uses; empty if there are none. */
export function sharedRunsSentence(experiment: Experiment): string {
	const shared = runsOf(experiment).filter(({ alsoAt }) => alsoAt.length > 0).length;
	if (shared === 0) return '';
	const points = sweepPoints(experiment);
	const unused = sweptFields(experiment).filter((name) => points.every((point) => !isUsed(name, point.experiment)));
	const ignored = unused.length > 0 ? ` No run uses ${unused.map(labelInSentence).join(' or ')} here.` : '';
	return `${shared === 1 ? '1 run belongs to several points and trains once.' : `${shared} runs belong to several points and train once.`}${ignored}`;
}

/** A run that is known with its point. */
interface PlacedRun {
	/** One method, one seed. */
	experiment: Experiment;
	point: number;
	fork: unknown;
}

/** For each run, the other points of `experiment` that have it and no equal run of their own. */
export function otherPoints(experiment: Experiment, runs: readonly PlacedRun[]): number[][] {
	const keyOf = ({ experiment: of }: PlacedRun) => runKey(of, of.methods[0], of.seeds[0]);
	const points = new Map(
		runsOf(experiment).map(({ method, seed, point, alsoAt }) => [
			runKey(point.experiment, method, seed),
			new Set([point.index, ...alsoAt]),
		]),
	);
	for (const run of runs) if (run.fork === null) points.get(keyOf(run))?.delete(run.point);
	return runs.map((run) => {
		const left = run.fork === null ? points.get(keyOf(run)) : undefined;
		const own = [...(left ?? [])];
		left?.clear();
		return own;
	});
}

/** The points of a sweep that have a run. */
export const pointsOf = ({ point, alsoAt = [] }: { point: number; alsoAt?: readonly number[] }): number[] => [point, ...alsoAt];
