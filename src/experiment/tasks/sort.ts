import { defineTask } from './descriptor';
import { rearrangement } from './rearrangement';
import { SMALL } from './vocabularySize';

export const sort = defineTask({
	...rearrangement,
	label: 'Sort',
	question: 'Can every method compare?',
	sentence: 'The answer is the sequence in ascending order, so that a head must find the next larger token, wherever it is.',
	preset: {
		title: 'Sort',
		changes: { ...SMALL, sequenceLength: 24, batchSize: 32, steps: 600, warmupSteps: 50, learningRate: 4e-3 },
	},
});
