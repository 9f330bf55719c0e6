import { defineTask } from './descriptor';
import { rearrangement } from './rearrangement';
import { SMALL } from './vocabularySize';

export const sort = defineTask({
	...rearrangement,
	label: 'Sort',
	sentence: 'The answer is the sequence in ascending order. A head must find the next larger token, wherever it is.',
	preset: {
		title: 'Sort',
		question: 'Can every method learn to compare tokens?',
		changes: { ...SMALL, sequenceLength: 24, batchSize: 32, steps: 600, warmupSteps: 50, learningRate: 4e-3 },
	},
});
