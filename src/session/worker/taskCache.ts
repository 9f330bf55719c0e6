import { loadMobyDick } from '../../data/mobyDick';
import type { Task } from '../../data/task';
import { createTask } from '../../data/tasks';
import { fieldsThatAffect } from '../../experiment/fields';
import { runsOf } from '../../experiment/runs';
import { sweepPoints } from '../../experiment/sweep';
import { readsBook } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import type { RunTask } from './runNames';

/** The task of a validated experiment. @throws TaskError */
export const makeTask = async (experiment: Experiment): Promise<Task> =>
	createTask(experiment, readsBook(experiment) ? await loadMobyDick() : '');

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

	/** The runs of an experiment, with their tasks. @throws TaskError */
	ofRuns(experiment: Experiment): Promise<RunTask[]> {
		return Promise.all(runsOf(experiment).map(async (run) => ({ ...run, task: await this.of(run.point.experiment) })));
	}

	/** Forgets all tasks; with an experiment, all but those of its points. */
	clear(but?: Experiment): void {
		const kept = new Set(but && sweepPoints(but).map(({ experiment }) => taskKey(experiment)));
		for (const key of [...this.made.keys()]) if (!kept.has(key)) this.made.delete(key);
	}
}

/** Fields that a task reads: the content of a sequence, the sequences per batch, and the held-out batches. */
const TASK_FIELDS = fieldsThatAffect('task', 'batches', 'probe');

const taskKey = (experiment: Experiment): string => JSON.stringify(TASK_FIELDS.map((name) => experiment[name]));
