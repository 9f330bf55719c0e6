/** A sweep: one experiment at several points, each of which changes some of its fields. */
import { defaultFor, FIELD_NAMES, type FieldName } from './fields';
import type { Experiment, SweepPoint } from './types';

export type { SweepPoint } from './types';

/** Largest number of runs of a sweep: points × methods × seeds. */
export const MAX_SWEEP_RUNS = 300;

export interface ExpandedPoint {
	/** Place in the sweep, from 0. */
	index: number;
	/** The fields that the point names; `{}` without a sweep. */
	point: SweepPoint;
	/** The experiment at this point, which has no sweep. */
	experiment: Experiment;
}

/** `experiment` without its sweep. */
function withoutSweep({ sweep: _, ...experiment }: Experiment): Experiment {
	return experiment;
}

/** The experiment at `point`. Fields that may not exceed one of the point's are lowered to it, as `defaultFor` says. */
function experimentAt(experiment: Experiment, point: SweepPoint): Experiment {
	const base = withoutSweep(experiment);
	// `defaultFor` copies what the point leaves alone.
	const whole: Experiment = { ...base, ...structuredClone(point) };
	for (const name of FIELD_NAMES) {
		if (!Object.hasOwn(point, name)) Object.assign(whole, { [name]: defaultFor(name, whole, base) });
	}
	return whole;
}

const expanded = new WeakMap<Experiment, readonly ExpandedPoint[]>();

/**
 * The points of an experiment, in order. Without a sweep, the experiment is its only point. Expanded once per experiment object, because
 * the page asks at every redraw, and experiments are never mutated.
 */
export function sweepPoints(experiment: Experiment): readonly ExpandedPoint[] {
	let points = expanded.get(experiment);
	if (!points) {
		points = (experiment.sweep ?? [{}]).map((point, index) => ({ index, point, experiment: experimentAt(experiment, point) }));
		expanded.set(experiment, points);
	}
	return points;
}

const differing = new WeakMap<Experiment, readonly FieldName[]>();

/**
 * The fields that differ among the points, in the order of the table of fields; of a single point, the fields that it names. Found once
 * per experiment object.
 */
export function sweptFields(experiment: Experiment): readonly FieldName[] {
	const fields = differing.get(experiment) ?? findSwept(sweepPoints(experiment));
	differing.set(experiment, fields);
	return fields;
}

function findSwept(points: readonly ExpandedPoint[]): FieldName[] {
	const named = FIELD_NAMES.filter((name) => points.some(({ point }) => Object.hasOwn(point, name)));
	if (points.length < 2) return named;
	return named.filter((name) => new Set(points.map((each) => JSON.stringify(each.experiment[name]))).size > 1);
}
