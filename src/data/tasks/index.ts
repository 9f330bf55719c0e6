import type { Experiment, TaskName } from '../../experiment/types';
import type { Task } from '../task';
import { createBackcopyTask } from './backcopy';
import { createInductionTask } from './induction';
import { createModularAdditionTask } from './modularAddition';
import { createMqarTask } from './mqar';
import { createCopyTask, createReverseTask, createSortTask } from './rearrange';
import { createTextTask } from './text';

const TASKS: Readonly<Record<TaskName, (experiment: Experiment, book: string) => Task>> = {
	text: createTextTask,
	backcopy: createBackcopyTask,
	mqar: createMqarTask,
	induction: createInductionTask,
	'modular-addition': createModularAdditionTask,
	copy: createCopyTask,
	reverse: createReverseTask,
	sort: createSortTask,
	'own-text': (experiment) => createTextTask(experiment, experiment.text),
};

/** True where the task is made of the book; for any other `createTask` takes an empty text. */
export function usesBook({ task }: Experiment): boolean {
	return task === 'text' || task === 'backcopy';
}

/**
 * The task of a validated experiment, over the text `book` where `usesBook`. One task serves every method and seed of the
 * experiment. Throws a `TaskError` that names the field where text and experiment don't fit.
 */
export function createTask(experiment: Experiment, book: string): Task {
	return TASKS[experiment.task](experiment, book);
}
