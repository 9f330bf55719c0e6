import { defaultExperiment, FIELD_NAMES, forcedBy } from './fields';
import { TASK_NAMES, type TaskName, taskDescriptor } from './tasks';
import type { Experiment } from './types';

/** An experiment worth starting from, with the question that it answers. */
export interface Preset {
	name: string;
	title: string;
	question: string;
	/** One sentence on what to watch. */
	sentence: string;
	/** True if public/recorded/ has its results, from `npm run record`; a first visit shows them. */
	recorded?: true;
	experiment: Experiment;
}

/** The default experiment with `task` and the values that it forces. */
function experimentWith(task: TaskName): Experiment {
	const forced = FIELD_NAMES.flatMap((name) => {
		const found = forcedBy(task, name);
		return found ? [[name, found.value]] : [];
	});
	return { ...defaultExperiment(), ...Object.fromEntries(forced), task };
}

/** The tasks' presets, in the order of the tasks. */
export const PRESETS: readonly Preset[] = TASK_NAMES.flatMap((task) => {
	const { question, sentence, preset } = taskDescriptor(task);
	if (!preset) return [];
	const { name = task, title, recorded, changes } = preset;
	const experiment: Experiment = { ...experimentWith(task), ...changes };
	return [{ name, title, question, sentence, ...(recorded && { recorded }), experiment }];
});

/** The preset called `name`, if there is one. */
export function findPreset(name: string): Preset | undefined {
	return PRESETS.find((preset) => preset.name === name);
}
