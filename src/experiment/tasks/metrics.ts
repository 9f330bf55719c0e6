/** Numbers that several tasks report. */
import { type MeasureText, NATS, SHARE } from '../measures/text';

const one = { perLayer: false, inRunsTable: true } as const;
/** Common parts of a loss and of a share of right answers, to be spread into a metric's text. */
export const LOSS = { ...NATS, ...one } as const;
export const ACCURACY = { ...SHARE, ...one } as const;

export const validationLoss: MeasureText = {
	...LOSS,
	label: 'Validation loss',
	column: 'Validation',
	help: 'Mean loss on held-out data: cross-entropy, or a squared error if the task has vectors.',
	formula: 'mean of −ln p(next token)',
};

export const accuracy: MeasureText = {
	...ACCURACY,
	label: 'Accuracy',
	help: 'Share of held-out answers whose likeliest token is the right one.',
};

/** Metrics of text tasks on held-out passages that each occur twice in their sequence. The two losses are meant to be compared. */
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
