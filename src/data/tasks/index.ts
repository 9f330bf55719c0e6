import type { TaskName } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import type { Task } from '../task';
import { createBackcopyTask } from './backcopy';
import { createCopyTask } from './copy';
import { createInductionTask } from './induction';
import { createModularAdditionTask } from './modularAddition';
import { createMqarTask } from './mqar';
import { createOwnTextTask } from './ownText';
import { createReverseTask } from './reverse';
import { createSortTask } from './sort';
import { createTextTask } from './text';
import { createTriggerConditionalTask } from './triggerConditional';

/** Constructors of the tasks in `src/experiment/tasks/`. */
const CREATE = {
	text: createTextTask,
	backcopy: createBackcopyTask,
	mqar: createMqarTask,
	induction: createInductionTask,
	'modular-addition': createModularAdditionTask,
	copy: createCopyTask,
	reverse: createReverseTask,
	sort: createSortTask,
	'own-text': createOwnTextTask,
	'trigger-conditional': createTriggerConditionalTask,
} satisfies Record<TaskName, (experiment: Experiment, book: string) => Task>;

/**
 * The task of a validated experiment, on the text `book` if `readsBook`, else an empty text. It is the same for every method and seed of the
 * experiment.
 *
 * @throws TaskError that names the field, if text and experiment don't fit
 */
export function createTask(experiment: Experiment, book: string): Task {
	return CREATE[experiment.task](experiment, book);
}
