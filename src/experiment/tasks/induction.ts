import { defineTask } from './descriptor';
import { accuracy, validationLoss } from './metrics';
import { SMALL, vocabularySize } from './vocabularySize';

/** Random tokens, repeated once (docs/METHODS.md section 4). */
export const induction = defineTask({
	label: 'Induction',
	tokens: 'words',
	fields: { vocabularySize },
	metrics: { validationLoss, accuracy },
	question: 'How soon does a head find what followed the same token earlier?',
	sentence:
		'The second half of each sequence repeats the first. As the loss falls, watch a stripe appear in the attention maps, half a sequence back.',
	preset: {
		title: 'Induction: a repeated sequence',
		changes: { ...SMALL, vocabularySize: 64, sequenceLength: 64, heads: 2, steps: 250, warmupSteps: 40 },
	},
});
