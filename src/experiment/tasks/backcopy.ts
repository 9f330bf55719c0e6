import { whole } from '../fieldKinds';
import { defineTask } from './descriptor';
import { LOSS, validationLoss } from './metrics';
import { START } from './tokens';

/** Bigram-Backcopy on the book's bigrams (docs/METHODS.md section 4). */
export const backcopy = defineTask({
	label: 'Bigram-Backcopy',
	tokens: 'characters',
	readsBook: true,
	fields: {
		triggers: {
			...whole,
			default: 3,
			min: 1,
			max: 64,
			label: 'Triggers',
			unit: 'characters',
			main: true,
			help: 'How many of the most frequent characters are triggers. After a trigger, the character before it is repeated.',
		},
		triggerCharacters: {
			kind: 'characters',
			default: '',
			max: 64,
			label: 'Trigger characters',
			unit: '',
			help: 'The triggers themselves, each once. Empty: the most frequent characters.',
		},
	},
	metrics: {
		validationLoss,
		triggerLoss: {
			...LOSS,
			label: 'Trigger loss',
			help: 'Loss where the character before a trigger must be copied; the optimum is 0.',
			optimum: 'triggerOptimum',
		},
		nonTriggerLoss: {
			...LOSS,
			label: 'Non-trigger loss',
			help: 'Loss everywhere else; the optimum is the entropy of the bigrams there.',
			optimum: 'nonTriggerOptimum',
		},
		triggerOptimum: {
			...LOSS,
			label: 'Trigger optimum',
			help: 'Lowest possible loss after a trigger: 0, because the copied character is certain.',
		},
		nonTriggerOptimum: {
			...LOSS,
			label: 'Non-trigger optimum',
			help: 'Mean entropy of the bigram distribution over the evaluated positions: the lowest possible loss there.',
		},
	},
	positionClasses: ['start', 'nonTrigger', 'trigger'],
	// A trigger attends to the token that it copies, the other positions to the sink.
	sinkClass: 'nonTrigger',
	// Layer 1 is the same in every value method.
	sink: { layer: 2, token: START },
	plain:
		'The task, Bigram-Backcopy, is random text with the letter pairs of a book. After a trigger, one of the few most frequent characters, the character before it is repeated.',
	sentence: `On this toy task heads learn to attend to ${START} within minutes. Compare how much attention ${START} gets in layer 2 of each method.`,
});
