/**
 * A task's side of an experiment: its name for the form, its fields and rules, its question, and the text of what it
 * reports. `src/data/tasks/` has the file that draws its sequences.
 */
import type { CommonFields } from '../commonFields';
import type { Field, ValueOf } from '../fieldKinds';
import type { MeasureText } from '../measures/text';

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** A table entry for a field that only some tasks use. Its group is `task`; it affects the task, whatever else it affects. */
export type TaskField = DistributiveOmit<Field, 'group' | 'affects' | 'tasks'> & Partial<Pick<Field, 'affects'>>;
export type TaskFieldTable = Readonly<Record<string, TaskField>>;

/** The values of a task's own fields. */
export type ValuesOf<Table> = { -readonly [Name in keyof Table]: ValueOf<Table[Name]> };

/** The fields that a task may look at: those of every task, and its own. */
type FieldsWith<Table> = CommonFields & ValuesOf<Table>;

/** A broken rule, twice: for files, links and the terminal with the fields' JSON names, and as a sentence on the page. */
export interface RuleProblem {
	message: string;
	sentence: string;
}

/** A condition between fields that must hold if the task is chosen. */
export interface TaskRule<Fields> {
	/** The fields that it ties together. The form marks the first; to repair an experiment they are reset in this order. */
	fields: readonly [Extract<keyof Fields, string>, ...Extract<keyof Fields, string>[]];
	/** null if the rule holds. */
	check(fields: Fields): RuleProblem | null;
}

interface TaskBase {
	/** The form's name for the task. */
	label: string;
	/** The kind of its tokens; words are written with spaces between them. */
	tokens: 'characters' | 'words';
	/** True if its sequences are made from the book. */
	readsBook?: true;
	/** Values that fields of every task must have with this one, and the reason for messages: `a sum has 3 tokens`. */
	forces?: { readonly [Name in keyof CommonFields]?: { value: CommonFields[Name]; because: string } };
	/** The numbers that its evaluation reports, in the order of the page. */
	metrics: Readonly<Record<string, MeasureText>>;
	/** Classes of positions that its batches number; absent if it has none. */
	positionClasses?: readonly string[];
	/** The class of positions whose attention to the first token is measured; absent = all positions. */
	sinkClass?: string;
	/** True if its question is about the attention sink: the answer then reports attention to the first token. */
	aboutSink?: true;
	/** The page's headline for experiments with this task. */
	question: string;
	/** One sentence below it, until there is a result: what to watch. */
	sentence: string;
}

/** An experiment worth starting from, which asks the task's question. */
interface PresetOf<Fields> {
	/** Its name in the terminal and in links; absent = the task's. */
	name?: string;
	title: string;
	/** True if `public/recorded/` has its results: the page shows them before anything is trained. */
	recorded?: true;
	/** The values that differ from the defaults. */
	changes: Partial<Fields>;
}

/** A task as its file describes it. */
interface TaskInput<Table extends TaskFieldTable> extends TaskBase {
	/** Fields that other tasks have no use for. Several tasks may share an entry. */
	fields?: Table;
	rules?: readonly TaskRule<FieldsWith<Table>>[];
	/** Absent = the task can be chosen, but no question leads to it. */
	preset?: PresetOf<FieldsWith<Table>>;
}

/** A task as others read it. `never`: its rules look at fields that not every task has. */
export interface TaskDescriptor<Table extends TaskFieldTable = TaskFieldTable> extends TaskBase {
	positionClasses: readonly string[];
	fields: Table;
	rules: readonly { fields: readonly [string, ...string[]]; check(fields: never): RuleProblem | null }[];
	preset: PresetOf<Record<string, unknown>> | null;
}

// The default is the table without entries.
// biome-ignore lint/complexity/noBannedTypes: `{}` has no keys, as `Record<string, never>` has all of them
export function defineTask<const Table extends TaskFieldTable = {}>(task: TaskInput<Table>): TaskDescriptor<Table> {
	return {
		...task,
		fields: task.fields ?? ({} as Table),
		rules: task.rules ?? [],
		preset: task.preset ?? null,
		positionClasses: task.positionClasses ?? [],
	};
}
