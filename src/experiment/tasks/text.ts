import { defineTask } from './descriptor';
import { repeatedPassages, validationLoss } from './metrics';

/** Next character of Moby-Dick. */
export const text = defineTask({
	label: 'Moby-Dick characters',
	tokens: 'characters',
	readsBook: true,
	metrics: { validationLoss, ...repeatedPassages },
	sentence: 'Every method reads the same characters of Moby-Dick in the same order. Watch the loss, and what each head attends to.',
});
