import { defaultExperiment } from './fields';
import type { Experiment } from './types';

/** An experiment worth starting from, with the question that it answers. */
export interface Preset {
	name: string;
	title: string;
	question: string;
	/** One sentence on what to watch. */
	sentence: string;
	experiment: Experiment;
}

export const PRESETS: readonly Preset[] = [
	{
		name: 'default',
		title: 'Moby-Dick, three methods',
		question: 'Do value residuals learn real text faster?',
		sentence:
			'Vanilla, ResFormer and SVFormer read the same characters of Moby-Dick in the same order; watch the loss, and what each head looks at.',
		experiment: defaultExperiment(),
	},
	{
		name: 'backcopy',
		title: 'Bigram-Backcopy, three seeds',
		question: "Does the first layer's value stop the attention sink?",
		sentence: 'On this toy task heads learn to rest on <s> within minutes; compare how much attention <s> gets in layer 2 of each method.',
		experiment: {
			...defaultExperiment(),
			task: 'backcopy',
			layers: 2,
			heads: 1,
			steps: 600,
			warmupSteps: 60,
			seeds: [1, 2, 3],
		},
	},
];

/** The preset called `name`, if there is one. */
export function findPreset(name: string): Preset | undefined {
	return PRESETS.find((preset) => preset.name === name);
}
