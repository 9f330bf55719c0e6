import { whole } from '../fieldKinds';
import { defineTask } from './descriptor';
import { accuracy, validationLoss } from './metrics';
import { SMALL, vocabularySize } from './vocabularySize';

/** Multi-query associative recall (docs/METHODS.md section 4). */
export const mqar = defineTask({
	label: 'Recall of pairs (MQAR)',
	tokens: 'words',
	fields: {
		vocabularySize,
		pairs: {
			...whole,
			default: 4,
			min: 1,
			max: 512,
			label: 'Pairs',
			unit: 'pairs',
			main: true,
			help: 'Key-value pairs to remember. Each key is queried once, so a sequence needs four tokens per pair.',
		},
	},
	rules: [
		{
			fields: ['pairs', 'sequenceLength'],
			check: ({ pairs, sequenceLength }) =>
				4 * pairs > sequenceLength
					? {
							message: `pairs ${pairs} needs a sequenceLength of at least ${4 * pairs} (four tokens per pair), not ${sequenceLength}`,
							sentence: `${pairs} pairs need a sequence of at least ${4 * pairs} tokens (four per pair), not ${sequenceLength}.`,
						}
					: null,
		},
		{
			fields: ['vocabularySize', 'pairs'],
			check: ({ pairs, vocabularySize }) => {
				const keys = Math.floor(vocabularySize / 2) - 1;
				return pairs > keys
					? {
							message: `vocabularySize ${vocabularySize} has ${keys} keys for pairs ${pairs}; it must be at least ${2 * pairs + 2}`,
							sentence: `A vocabulary of ${vocabularySize} tokens has ${keys} keys, too few for ${pairs} pairs. It must have at least ${2 * pairs + 2}.`,
						}
					: null;
			},
		},
	],
	metrics: { validationLoss, accuracy },
	certainIf: () => true,
	plain: 'The task, MQAR, lists pairs of a key and a value. Then it asks for the values of some keys.',
	sentence:
		'A value must be fetched by its key, which takes two layers working together. Watch accuracy stay at chance, then rise suddenly.',
	preset: {
		title: 'Recall of key-value pairs (MQAR)',
		question: 'Can a model that reuses the first value still look things up?',
		changes: { ...SMALL, sequenceLength: 24, heads: 2, batchSize: 64, steps: 500, warmupSteps: 50, learningRate: 4e-3 },
	},
});
