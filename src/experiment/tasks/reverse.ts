import { defineTask } from './descriptor';
import { rearrangement } from './rearrangement';
import { SMALL } from './vocabularySize';

export const reverse = defineTask({
	...rearrangement,
	label: 'Reverse',
	sentence: 'Each answer lies further back than the one before. Watch an anti-diagonal appear in the attention maps.',
	preset: {
		title: 'Reverse',
		question: 'Which method learns to read backwards first?',
		changes: { ...SMALL, steps: 900, warmupSteps: 60 },
	},
});
