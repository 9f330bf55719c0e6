/**
 * An experiment is one flat record: the same field names serve a JSON file, a link's hash, the page's form and the
 * terminal. Everything a run needs follows from it and from nothing else.
 */
import type { CommonFields } from './commonFields';
import type { TaskFields, TaskName } from './tasks';

export { SCHEDULES, type Schedule } from './commonFields';
export type { TaskName } from './tasks';

/** `commonFields.ts` has the fields of every task, `tasks/` those that only some tasks use. */
export interface Experiment extends CommonFields, TaskFields {
	task: TaskName;
}

/** One thing wrong with an experiment. */
export interface Problem {
	/** Its JSON name; empty if it is not about one field. */
	field: string;
	/** For files, links and the terminal: names the field by its JSON name, and its limits. */
	message: string;
	/** The same as a sentence on the page; absent = `pageSentence(problem)` makes one from the message. */
	sentence?: string;
}
