/** The common part of copy, reverse and sort (docs/METHODS.md section 4). */
import type { CommonFields } from '../commonFields';
import type { TaskRule } from './descriptor';
import { accuracy, validationLoss } from './metrics';
import { START } from './tokens';
import { vocabularySize } from './vocabularySize';

const roomForOne: TaskRule<Pick<CommonFields, 'sequenceLength'>> = {
	fields: ['sequenceLength'],
	check: ({ sequenceLength }) =>
		sequenceLength < 3
			? {
					message: `sequenceLength ${sequenceLength}: this task needs at least 3 (${START}, a token and the separator)`,
					sentence: `A sequence needs at least 3 tokens: ${START}, one more and the separator.`,
				}
			: null,
};

/** `<s> x₁ … x_n → y₁ … y_n`: the answer y is x in another order. */
export const rearrangement = {
	tokens: 'words',
	fields: { vocabularySize },
	rules: [roomForOne],
	metrics: { validationLoss, accuracy },
	certainIf: () => true,
} as const;
