import { SQUARED_ERROR } from '../measures/text';
import { defineTask } from './descriptor';
import { validationLoss } from './metrics';

const error = { ...SQUARED_ERROR, perLayer: false, inRunsTable: true } as const;

/** Numbers in the vector at each position, n. */
export const VECTOR_SIZE = 16;

/** The mean of earlier vectors at a trigger, 0 elsewhere (docs/METHODS.md section 4; arXiv 2603.11487). */
export const triggerConditional = defineTask({
	label: 'Trigger-conditional mean',
	tokens: 'words',
	vectorSize: VECTOR_SIZE,
	forces: { tieWordEmbeddings: { value: false, because: 'its models have no embedding to share' } },
	rules: [
		{
			fields: ['sequenceLength'],
			check: ({ sequenceLength }) =>
				sequenceLength < 3
					? {
							message: `sequenceLength ${sequenceLength}: task trigger-conditional needs at least 3 (BOS, a vector and the trigger)`,
							sentence: 'A sequence needs at least 3 positions: BOS, a vector and the trigger.',
						}
					: null,
		},
	],
	metrics: {
		validationLoss,
		triggerError: { ...error, label: 'Error at the trigger', help: 'Squared error where the mean of the vectors so far is asked for.' },
		nonTriggerError: { ...error, label: 'Error elsewhere', help: 'Squared error where the answer is 0.' },
	},
	certainIf: () => true,
	// In the order of the names of positions, which maps show.
	positionClasses: ['start', 'nonTrigger', 'trigger'],
	sinkClass: 'nonTrigger',
	triggerClass: 'trigger',
	sink: { layer: 1, token: 'BOS' },
	plain: 'The task is a list of vectors: at a trigger the answer is the mean of those before it, and elsewhere it is 0.',
	sentence:
		'At a trigger the model must average what came before, and answer 0 everywhere else. Softmax cannot attend to nothing, so watch the other positions turn to BOS.',
});
