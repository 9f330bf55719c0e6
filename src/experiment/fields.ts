/**
 * Every field of an experiment in one table: the task, then the fields that only some tasks use, then those of every task.
 * Defaults, JSON files, links and the page's form follow from it. Links list the fields in its order.
 */
import { COMMON_FIELDS, MAX_SEED } from './commonFields';
import type { Effect, Field, FieldFor } from './fieldKinds';
import { TASK_NAMES, TASKS, type TaskFields, type TaskName, taskDescriptor } from './tasks';
import type { TaskField } from './tasks/descriptor';
import { ownText } from './tasks/ownText';
import type { Experiment } from './types';

/** `sweep` is not a field: it changes fields. */
export type FieldName = Exclude<keyof Experiment, 'sweep'>;

const task: FieldFor<TaskName> = {
	kind: 'choice',
	choices: TASK_NAMES,
	choiceLabels: Object.fromEntries(TASK_NAMES.map((name) => [name, TASKS[name].label])) as Record<TaskName, string>,
	default: 'text',
	label: 'Task',
	unit: '',
	group: 'task',
	affects: ['task', 'model'],
	main: true,
	help: 'What the models learn: the next character of Moby-Dick or of your own text, or a synthetic task that tests one skill.',
};

/** Fields of single tasks, with the tasks that use them. Their types follow from the same entries. */
function taskFields(): { readonly [Name in keyof TaskFields]: FieldFor<TaskFields[Name]> } {
	// `text` is first because links list it before the fields of other tasks.
	const entries: Record<string, TaskField> = { ...ownText.fields };
	for (const name of TASK_NAMES) Object.assign(entries, TASKS[name].fields);
	const withTasks = Object.entries(entries).map(([name, entry]) => [
		name,
		{ affects: ['task'], ...entry, group: 'task', tasks: TASK_NAMES.filter((each) => Object.hasOwn(TASKS[each].fields, name)) },
	]);
	return Object.fromEntries(withTasks);
}

export const FIELDS: { readonly [Name in FieldName]: FieldFor<Experiment[Name]> } = { task, ...taskFields(), ...COMMON_FIELDS };

export const FIELD_NAMES = Object.keys(FIELDS) as FieldName[];

/** True if `name` is a field of an experiment. */
export function isFieldName(name: string): name is FieldName {
	return Object.hasOwn(FIELDS, name);
}

/** The field called `name`, as the union of all kinds of field. */
export function fieldOf(name: FieldName): Field {
	return FIELDS[name];
}

/** Fields that have at least one of these effects, in the order of the table. */
export function fieldsThatAffect(...effects: readonly Effect[]): FieldName[] {
	return FIELD_NAMES.filter((name) => FIELDS[name].affects.some((effect) => effects.includes(effect)));
}

/** Names in a checkpoint's config.json of the fields that affect the model, or the training. */
export function configNames(effect: 'model' | 'training'): string[] {
	return [...new Set(fieldsThatAffect(effect).flatMap((name) => FIELDS[name].config ?? []))];
}

/** True if `task` uses the field `name`. */
export function isForTask(name: FieldName, task: TaskName): boolean {
	const { tasks } = fieldOf(name);
	return tasks === undefined || tasks.includes(task);
}

/** True if the runs of the experiment use the field `name`: the task, the optimiser and the other fields decide. */
export function isUsed(name: FieldName, experiment: Experiment): boolean {
	const { optimizers, usedIf } = fieldOf(name);
	return (
		isForTask(name, experiment.task) && (optimizers?.includes(experiment.optimizer) ?? true) && (usedIf?.(experiment as never) ?? true)
	);
}

/** A fresh experiment in which every field has its default. */
export function defaultExperiment(): Experiment {
	return structuredClone(Object.fromEntries(FIELD_NAMES.map((name) => [name, FIELDS[name].default]))) as unknown as Experiment;
}

/** The value that a field must have with `task`, and the reason; undefined if the task leaves it free. */
export function forcedBy(task: TaskName, name: FieldName): { value: unknown; because: string } | undefined {
	const forces: Partial<Record<FieldName, { value: unknown; because: string }>> = taskDescriptor(task).forces ?? {};
	return forces[name];
}

/**
 * The value of a field that was left out of `experiment`: usually that of `base`. It is lowered to the field that it may
 * not exceed, so that `steps=20` alone is valid although the default warm-up is longer. A field that the task does not use
 * gets the table's default, and a field that it forces gets the forced value.
 */
export function defaultFor<Name extends FieldName>(name: Name, experiment: Experiment, base: Experiment): Experiment[Name] {
	const field = fieldOf(name);
	if (!isForTask(name, experiment.task)) return copyOf(field.default) as Experiment[Name];
	const forced = forcedBy(experiment.task, name);
	if (forced) return copyOf(forced.value) as Experiment[Name];
	// A value that the base's task forces is right for that task only.
	const value = forcedBy(base.task, name) ? (field.default as Experiment[Name]) : base[name];
	const limit = field.kind === 'number' && field.atMost !== undefined ? experiment[field.atMost as FieldName] : undefined;
	if (typeof value === 'number' && typeof limit === 'number') return Math.min(value, limit) as Experiment[Name];
	return copyOf(value);
}

/** `structuredClone`, which takes microseconds even for a number: a sweep's points have thousands of these. */
const copyOf = <Value>(value: Value): Value => (typeof value === 'object' ? structuredClone(value) : value);

/** A field's limits as text, such as `a whole number from 1 to 32`. `empty` is the text for a value of null. */
export function limitsOf(name: FieldName, empty = 'null'): string {
	const field = fieldOf(name);
	switch (field.kind) {
		case 'number': {
			const range = `${field.integer ? 'a whole number' : 'a number'} from ${field.min} to ${field.max}`;
			return field.whenNull === undefined ? range : `${range}, or ${empty} (${field.whenNull})`;
		}
		case 'choice':
			return `one of ${field.choices.join(', ')}`;
		case 'flag':
			return 'true or false';
		case 'characters':
			return `at most ${field.max} characters, each once`;
		case 'text':
			return `a text of at most ${field.max} characters`;
		case 'methods':
			return 'a list of one or more distinct method names';
		case 'seeds':
			return `a list of one or more distinct whole numbers from 0 to ${MAX_SEED}`;
	}
}

/** A field's label inside a sentence: `hidden size`, `KV heads`, `β₁`. */
export function labelInSentence(name: FieldName): string {
	const { label } = FIELDS[name];
	return /^\p{Lu}\p{Ll}+(?!\p{L})/u.test(label) ? label[0].toLowerCase() + label.slice(1) : label;
}

/** The problem's `sentence`, or one made from its message, in which labels replace field names: `hidden size` for `hiddenSize`. */
export function pageSentence({ message, sentence }: { message: string; sentence?: string }): string {
	if (sentence !== undefined) return sentence;
	const first = /^[a-z]\w*/.exec(message)?.[0] ?? '';
	const start = isFieldName(first) ? first.length : 0;
	const named = message.slice(start).replace(/\b[a-z]+[A-Z]\w*/g, (name) => (isFieldName(name) ? labelInSentence(name) : name));
	const text = start > 0 ? `${FIELDS[first as FieldName].label}${named}` : named;
	return `${text[0].toUpperCase()}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`;
}
