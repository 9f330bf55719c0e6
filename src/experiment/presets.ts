import { QUESTIONS } from './questions';
import { experimentWith } from './questions/question';
import { TASK_NAMES, taskDescriptor } from './tasks';
import type { Experiment } from './types';

/** An experiment worth starting from, with the question that it answers. */
export interface Preset {
	name: string;
	title: string;
	question: string;
	/** A sentence or two on what to watch. */
	sentence: string;
	/** True if public/recorded/ has its results, from `npm run record`. */
	recorded?: true;
	experiment: Experiment;
}

/** The questions, then the tasks' own presets in the order of the tasks. */
export const PRESETS: readonly Preset[] = [
	...QUESTIONS.map(({ name, title, question, watch: sentence, recorded, experiment }): Preset => {
		return { name, title, question, sentence, ...(recorded && { recorded }), experiment };
	}),
	...TASK_NAMES.flatMap((task): Preset[] => {
		const { sentence, preset } = taskDescriptor(task);
		if (!preset) return [];
		const { title, question, changes } = preset;
		return [{ name: task, title, question, sentence, experiment: experimentWith({ ...changes, task }) }];
	}),
];

/** The presets that are not questions: they check that training works. */
export const CONTROLS: readonly Preset[] = PRESETS.slice(QUESTIONS.length);

/** The preset called `name`, if there is one. */
export function findPreset(name: string): Preset | undefined {
	return PRESETS.find((preset) => preset.name === name);
}
