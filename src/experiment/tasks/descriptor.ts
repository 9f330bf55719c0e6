/**
 * Types of a task's descriptor: its label, its fields and rules, its preset, and the texts of its metrics. The file of the
 * same name in `src/data/tasks/` draws its sequences.
 */
import type { CommonFields } from '../commonFields';
import type { Field, ValueOf } from '../fieldKinds';
import type { MeasureText } from '../measures/text';

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

/** A table entry for a field that only some tasks use. Its group is `task`. Without `affects`, it affects the task only. */
export type TaskField = DistributiveOmit<Field, 'group' | 'affects' | 'tasks'> & Partial<Pick<Field, 'affects'>>;
export type TaskFieldTable = Readonly<Record<string, TaskField>>;

/** The values of a task's own fields. */
export type ValuesOf<Table> = { -readonly [Name in keyof Table]: ValueOf<Table[Name]> };

/** The fields that a task's rules can read: those of every task, and the task's own. */
type FieldsWith<Table> = CommonFields & ValuesOf<Table>;

/** A broken rule: `message`, with the fields' JSON names, is for files, links and the terminal, and `sentence` for the page. */
export interface RuleProblem {
	message: string;
	sentence: string;
}

/** A condition between fields that must hold with this task. */
export interface TaskRule<Fields> {
	/** The fields that the condition involves. The form marks the first; repairing an experiment resets them in this order. */
	fields: readonly [Extract<keyof Fields, string>, ...Extract<keyof Fields, string>[]];
	/** null if the rule holds. */
	check(fields: Fields): RuleProblem | null;
}

export type TokenKind = 'characters' | 'words';

interface TaskBase {
	/** The form's name for the task. */
	label: string;
	/** The kind of its tokens; texts have spaces between words. */
	tokens: TokenKind;
	/**
	 * Numbers in the vector at each position, if its models read and write vectors instead of tokens. Its tokens only name kinds
	 * of positions, and its loss is the mean squared error.
	 */
	vectorSize?: number;
	/** True if its sequences are made from the book. */
	readsBook?: true;
	/** Fields of every task that must have a certain value with this one, and the reason for messages: `a sum has 3 tokens`. */
	forces?: { readonly [Name in keyof CommonFields]?: { value: CommonFields[Name]; because: string } };
	/** The numbers that its evaluation reports, in the order of the page. Tasks that share a key share its entry (`metrics.ts`). */
	metrics: Readonly<Record<string, MeasureText>>;
	/** Names of the classes of positions, in the order of their numbers in `Batch.positionClass`; absent if there are none. */
	positionClasses?: readonly string[];
	/** The class of positions whose attention to the first token is measured; absent = all positions. */
	sinkClass?: string;
	/** The class of positions whose attention to the first token is measured separately; absent = none. */
	triggerClass?: string;
	/** Set if it is about the attention sink: the answer then reports attention to `token`, the first, in a layer (from 1). */
	sink?: { layer: number; token: string };
	/** A sentence or two on what to watch, until there is a result. */
	sentence: string;
	/** The task in one sentence, for a reader who has not met it; absent if its label says what it is. */
	plain?: string;
}

/** An experiment worth starting from, under the task's name. The gallery's questions are in `questions/`. */
interface PresetOf<Fields> {
	title: string;
	/** The page's headline for it. */
	question: string;
	/** The values that differ from the defaults. */
	changes: Partial<Fields>;
}

/** A task as its file writes it, with defaults left out. */
interface TaskInput<Table extends TaskFieldTable> extends TaskBase {
	/** Fields that not every task uses. Several tasks may share an entry. */
	fields?: Table;
	rules?: readonly TaskRule<FieldsWith<NoInfer<Table>>>[];
	/** Set if its fields decide whether its sequences are made from the book; its tokens are then the book's characters. */
	bookIf?(fields: FieldsWith<NoInfer<Table>>): boolean;
	/** Set if every answer is certain, so that the lowest possible loss is 0; with some tasks, their fields decide. */
	certainIf?(fields: FieldsWith<NoInfer<Table>>): boolean;
	/** Absent = the task can be chosen in the form, but is not among the presets. */
	preset?: PresetOf<FieldsWith<NoInfer<Table>>>;
}

/** A task with its defaults filled in. The rules of different tasks read different fields, hence `never`. */
export interface TaskDescriptor<Table extends TaskFieldTable = TaskFieldTable> extends TaskBase {
	positionClasses: readonly string[];
	fields: Table;
	rules: readonly { fields: readonly [string, ...string[]]; check(fields: never): RuleProblem | null }[];
	bookIf?(fields: never): boolean;
	certainIf?(fields: never): boolean;
	preset: PresetOf<Record<string, unknown>> | null;
}

// `{}`, the default, is the table without entries.
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
