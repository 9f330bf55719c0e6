import type { Experiment, TaskName } from '../../experiment/types';
import type { Task } from '../task';
import { createBackcopyTask } from './backcopy';
import { createTextTask } from './text';

const TASKS: Readonly<Record<TaskName, (experiment: Experiment, text: string) => Task>> = {
	text: createTextTask,
	backcopy: createBackcopyTask,
};

/**
 * The task of a validated experiment over `text`. One task serves every method and seed of the experiment. Throws a
 * `TaskError` that names the field where text and experiment don't fit.
 */
export function createTask(experiment: Experiment, text: string): Task {
	return TASKS[experiment.task](experiment, text);
}
