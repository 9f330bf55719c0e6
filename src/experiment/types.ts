/**
 * An experiment is one flat record, with the same field names in JSON files, links, the page's form and the terminal.
 * A run depends on its experiment alone.
 */
import type { CommonFields } from './commonFields';
import type { TaskFields, TaskName } from './tasks';

export { SCHEDULES, type Schedule } from './commonFields';
export type { TaskName } from './tasks';

/** `commonFields.ts` has the fields of every task, `tasks/` those that only some tasks use. */
export interface Experiment extends CommonFields, TaskFields {
	task: TaskName;
	/** Points of a sweep: each trains the methods and seeds with some fields changed. Absent = the experiment is the only point. */
	sweep?: SweepPoint[];
}

/** Parts of an experiment that all points of a sweep share. */
export const SHARED_BY_POINTS = ['seeds', 'task', 'text', 'sweep'] as const;

/** The fields that a point of a sweep changes, `methods` included. */
export type SweepPoint = Partial<Omit<Experiment, (typeof SHARED_BY_POINTS)[number]>>;

/** A problem with an experiment. */
export interface Problem {
	/** JSON name of the field; empty if the problem is not about one field. */
	field: string;
	/** For files, links and the terminal: names the field by its JSON name, and its limits. */
	message: string;
	/** The message as a sentence for the page; absent = `pageSentence(problem)` makes one from `message`. */
	sentence?: string;
}
