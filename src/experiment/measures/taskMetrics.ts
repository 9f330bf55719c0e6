import { type MeasureText, NATS, SHARE } from './text';

const one = { perLayer: false, inRunsTable: true } as const;

/** Metrics of the tasks' own evaluations, in the order of the page. */
// biome-ignore format: a table of short entries
export const TASK_METRICS: Readonly<Record<string, MeasureText>> = {
	validationLoss: { ...NATS, ...one, label: 'Validation loss', column: 'Validation', help: 'Mean cross-entropy on held-out data.', formula: 'mean of −ln p(next token)' },
	accuracy: { ...SHARE, ...one, label: 'Accuracy', help: 'Share of held-out answers whose likeliest token is the right one.' },
	trainingLoss: { ...NATS, ...one, label: 'Training loss', help: 'Mean cross-entropy on examples that training sees.' },
	trainingAccuracy: { ...SHARE, ...one, label: 'Training accuracy', help: 'Share of right answers on examples that training sees.' },
	triggerLoss: { ...NATS, ...one, label: 'Trigger loss', help: 'Loss where the character before a trigger must be copied; the optimum is 0.' },
	nonTriggerLoss: { ...NATS, ...one, label: 'Non-trigger loss', help: 'Loss everywhere else; the optimum is the entropy of the bigrams there.' },
	nonTriggerOptimum: { ...NATS, ...one, label: 'Its optimum', help: 'Mean entropy of the bigram distribution over the very positions evaluated.' },
	// Two losses that mean little without each other: the table has their difference.
	firstShowingLoss: { ...NATS, ...one, inRunsTable: false, label: 'New passage', help: 'Loss on a held-out passage.' },
	secondShowingLoss: { ...NATS, ...one, inRunsTable: false, label: 'Same passage again', help: 'Loss on the same passage when it is repeated.' },
	inductionDifference: { ...NATS, ...one, label: 'Induction', help: 'Loss on a held-out passage when it is repeated, minus its loss the first time; below 0, the model uses the repetition.' },
};
