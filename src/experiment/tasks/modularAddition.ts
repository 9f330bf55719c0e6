import { real, whole } from '../fieldKinds';
import { defineTask } from './descriptor';
import { ACCURACY, accuracy, LOSS, validationLoss } from './metrics';

/** Tokens in a sum: a, b and `=`. */
export const SUM_LENGTH = 3;

/** (a + b) mod p (docs/METHODS.md section 4). */
export const modularAddition = defineTask({
	label: 'Modular addition',
	tokens: 'words',
	fields: {
		modulus: {
			...whole,
			default: 113,
			min: 3,
			max: 512,
			label: 'Modulus',
			affects: ['task', 'model'],
			main: true,
			help: 'p: the answer to a, b is (a + b) mod p.',
		},
		trainFraction: {
			...real,
			default: 0.3,
			min: 0.01,
			max: 0.99,
			label: 'Training share',
			main: true,
			help: 'Share of the p² sums that training sees; the others are held out.',
		},
	},
	forces: { sequenceLength: { value: SUM_LENGTH, because: `a sum has ${SUM_LENGTH} tokens (a, b, =)` } },
	metrics: {
		validationLoss,
		accuracy,
		trainingLoss: { ...LOSS, label: 'Training loss', help: 'Mean cross-entropy on examples that training sees.' },
		trainingAccuracy: { ...ACCURACY, label: 'Training accuracy', help: 'Share of right answers on examples that training sees.' },
	},
	certainIf: () => true,
	sentence:
		'Training sees three tenths of all sums. Watch training accuracy reach 1 within 300 steps while held-out accuracy stays below a third.',
	preset: {
		title: 'Addition modulo 31',
		question: 'Do models memorise sums before they learn to add?',
		changes: { modulus: 31, layers: 2, batchSize: 96, steps: 600, warmupSteps: 20, weightDecay: 1, beta2: 0.98 },
	},
});
