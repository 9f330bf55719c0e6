import type { MeasureText } from '../measures/text';
import { backcopy } from './backcopy';
import { copy } from './copy';
import type { TaskDescriptor, TokenKind, ValuesOf } from './descriptor';
import { induction } from './induction';
import { modularAddition } from './modularAddition';
import { mqar } from './mqar';
import { ownText } from './ownText';
import { reverse } from './reverse';
import { sort } from './sort';
import { text } from './text';
import { triggerConditional } from './triggerConditional';

/** Every task by its name in files and links, in the order of the form. `src/data/tasks/` has the same names. */
export const TASKS = {
	text,
	backcopy,
	mqar,
	induction,
	'modular-addition': modularAddition,
	copy,
	reverse,
	sort,
	'own-text': ownText,
	'trigger-conditional': triggerConditional,
} satisfies Record<string, TaskDescriptor>;

export type TaskName = keyof typeof TASKS;
export const TASK_NAMES = Object.keys(TASKS) as TaskName[];

type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void ? All : never;
type OwnFields = Intersection<(typeof TASKS)[TaskName]['fields']>;

/** The values of all fields that only some tasks use, such as `modulus`. */
export type TaskFields = ValuesOf<OwnFields>;

/** A task's descriptor, as the type that all tasks share. */
export const taskDescriptor = (name: TaskName): TaskDescriptor => TASKS[name];

/** True if the experiment's sequences are made from the book. Its fields include those of every task, so the cast is safe. */
export function readsBook(experiment: { task: TaskName }): boolean {
	const { readsBook = false, bookIf } = taskDescriptor(experiment.task);
	return readsBook || (bookIf?.(experiment as never) ?? false);
}

/** The lowest loss that the experiment's task allows; null if it is not known. */
export const optimumOf = (experiment: { task: TaskName }): number | null =>
	taskDescriptor(experiment.task).certainIf?.(experiment as never) ? 0 : null;

/** The kind of an experiment's tokens. */
export function tokenKind(experiment: { task: TaskName }): TokenKind {
	const { bookIf, tokens } = taskDescriptor(experiment.task);
	return bookIf?.(experiment as never) ? 'characters' : tokens;
}

/** True if models of the task read vectors instead of tokens. */
export const readsVectors = ({ task }: { task: TaskName }): boolean => taskDescriptor(task).vectorSize !== undefined;

/** The reason that models of a task of vectors can't do what needs tokens, in which `so` is the consequence; null if they read tokens. */
export function tokenRefusal(experiment: { task: TaskName }, so: string): string | null {
	return readsVectors(experiment) ? `models of this task read vectors instead of tokens, so ${so}` : null;
}

/** Every number that some task reports, in the order of the tasks. */
export const TASK_METRICS: Readonly<Record<string, MeasureText>> = Object.assign({}, ...TASK_NAMES.map((name) => TASKS[name].metrics));
