/**
 * The names of groups of runs in links. A group of the experiment itself has its method's name. One of a sweep has the method and the
 * point, which counts from 1: `vanilla;point=3`. Other groups, such as forks, have their labels.
 */
import { changeText } from './fork';
import { parseMethod } from './methods/names';
import { runsOf } from './runs';
import { sweepPoints } from './sweep';
import type { Experiment } from './types';

/** Runs of an experiment that differ by their seed alone. */
export interface SentPlace {
	method: string;
	/** The method's label, with what its point changes. */
	label: string;
	/** Indices of the points that have these runs, its own first; empty without a sweep. */
	points: readonly number[];
	/** The experiment at its point. */
	experiment: Experiment;
}

const NAME = /^(.+);point=(\d{1,3})$/;

/** The group's name in a link. @param point null without a sweep */
export const placedName = (method: string, point: number | null): string => (point === null ? method : `${method};point=${point + 1}`);

/** The method in a group's name. */
export const methodIn = (name: string): string => NAME.exec(name)?.[1] ?? name;

/** The group of `experiment` that a name stands for; null if it has none, as of a fork. */
export function placeOf(name: string, experiment: Experiment): SentPlace | null {
	const match = NAME.exec(name);
	if ((match !== null) !== (experiment.sweep !== undefined)) return null;
	const method = match ? match[1] : name;
	const index = match ? Number(match[2]) - 1 : 0;
	const point = sweepPoints(experiment)[index];
	if (!point?.experiment.methods.includes(method)) return null;
	const parsed = parseMethod(method);
	const { methods: _, ...change } = point.point;
	const label = [parsed.ok ? parsed.method.label : method, changeText(change)].filter(Boolean).join(', ');
	if (!match) return { method, label, points: [], experiment: point.experiment };
	const run = runsOf(experiment).find(
		(run) => run.method === method && run.seed === experiment.seeds[0] && [run.point.index, ...run.alsoAt].includes(index),
	);
	const others = run ? [run.point.index, ...run.alsoAt].filter((other) => other !== index) : [];
	return { method, label, points: [index, ...others], experiment: point.experiment };
}
