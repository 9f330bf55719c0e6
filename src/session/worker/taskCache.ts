import { loadMobyDick } from '../../data/mobyDick';
import type { Task } from '../../data/task';
import { createTask, usesBook } from '../../data/tasks';
import { fieldsThatAffect } from '../../experiment/fields';
import type { Experiment } from '../../experiment/types';

/** The task of a validated experiment. @throws TaskError */
export const makeTask = async (experiment: Experiment): Promise<Task> =>
	createTask(experiment, usesBook(experiment) ? await loadMobyDick() : '');

/** Tasks of the runs that there are: those that differ only in how they train share theirs, for counting a book takes a while. */
export class TaskCache {
	private readonly made = new Map<string, Promise<Task>>();

	/** @throws TaskError */
	of(experiment: Experiment): Promise<Task> {
		const key = taskKey(experiment);
		const task = this.made.get(key) ?? makeTask(experiment);
		this.made.set(key, task);
		task.catch(() => this.made.delete(key));
		return task;
	}

	/** Forgets all tasks; with an experiment, all but its own. */
	clear(but?: Experiment): void {
		const kept = but && taskKey(but);
		for (const key of [...this.made.keys()]) if (key !== kept) this.made.delete(key);
	}
}

/** Fields that a task reads: what a sequence is, how many a batch has, and how many batches are held out. */
const TASK_FIELDS = fieldsThatAffect('task', 'batches', 'probe');

const taskKey = (experiment: Experiment): string => JSON.stringify(TASK_FIELDS.map((name) => experiment[name]));
