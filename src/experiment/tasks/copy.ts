import { defineTask } from './descriptor';
import { rearrangement } from './rearrangement';
import { SMALL } from './vocabularySize';

export const copy = defineTask({
	...rearrangement,
	label: 'Copy',
	sentence: 'The easiest control: repeat the sequence. All methods should learn it within seconds; a broken one does not.',
	preset: { title: 'Copy', question: 'Which method copies first?', changes: { ...SMALL, steps: 150, warmupSteps: 20, validateEvery: 25 } },
});
