/** Numbers that several tasks report. */
import { type MeasureText, NATS, SHARE } from '../measures/text';

const one = { perLayer: false, inRunsTable: true } as const;
/** A loss and a share of right answers, to be spread into a metric's text. */
export const LOSS = { ...NATS, ...one } as const;
export const ACCURACY = { ...SHARE, ...one } as const;

export const validationLoss: MeasureText = {
	...LOSS,
	label: 'Validation loss',
	column: 'Validation',
	help: 'Mean cross-entropy on held-out data.',
	formula: 'mean of −ln p(next token)',
};

export const accuracy: MeasureText = {
	...ACCURACY,
	label: 'Accuracy',
	help: 'Share of held-out answers whose likeliest token is the right one.',
};

/** Of a text: held-out passages, each shown twice in its sequence. The two losses mean little without each other. */
export const repeatedPassages = {
	firstShowingLoss: { ...LOSS, inRunsTable: false, label: 'New passage', help: 'Loss on a held-out passage.' },
	secondShowingLoss: {
		...LOSS,
		inRunsTable: false,
		label: 'Same passage again',
		help: 'Loss on the same passage when it is repeated.',
	},
	inductionDifference: {
		...LOSS,
		label: 'Induction',
		help: 'Loss on a held-out passage when it is repeated, minus its loss the first time; below 0, the model uses the repetition.',
	},
} satisfies Record<string, MeasureText>;
