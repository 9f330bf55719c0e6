import { defineTask } from './descriptor';
import { accuracy, validationLoss } from './metrics';
import { SMALL, vocabularySize } from './vocabularySize';

/** A passage, repeated once (docs/METHODS.md section 4). */
export const induction = defineTask({
	label: 'Induction',
	tokens: 'words',
	fields: {
		vocabularySize,
		passage: {
			kind: 'choice',
			choices: ['random', 'book'],
			choiceLabels: { random: 'random tokens', book: 'characters of Moby-Dick' },
			default: 'random',
			label: 'Passage',
			unit: '',
			affects: ['task', 'model'],
			main: true,
			help: 'What is repeated. With characters of Moby-Dick, every position has a loss, and the vocabulary is that of the book.',
		},
	},
	bookIf: ({ passage }) => passage === 'book',
	metrics: { validationLoss, accuracy },
	// With the book, the first half is asked for too.
	certainIf: ({ passage }) => passage === 'random',
	sentence:
		'The second half of each sequence repeats the first. As the loss falls, watch a stripe appear in the attention maps, half a sequence back.',
	preset: {
		title: 'Induction: a repeated sequence',
		question: 'How soon does a head find what followed the same token earlier?',
		changes: { ...SMALL, vocabularySize: 64, sequenceLength: 64, heads: 2, steps: 250, warmupSteps: 40 },
	},
});
