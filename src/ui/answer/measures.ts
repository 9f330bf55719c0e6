/** The words of every number that a run reports. A measure without an entry is shown under its own name. */
import { formatLoss, formatShare } from '../format';

export interface MeasureWords {
	/** Heading of a column or a chart. */
	label: string;
	unit: string;
	format(value: number): string;
	help: string;
}

const MEASURES: Record<string, MeasureWords> = {
	validationLoss: { label: 'Validation loss', unit: 'nats', format: formatLoss, help: 'Mean cross-entropy on held-out data.' },
	triggerLoss: {
		label: 'Trigger loss',
		unit: 'nats',
		format: formatLoss,
		help: 'Loss where the character before a trigger must be copied; the optimum is 0.',
	},
	nonTriggerLoss: {
		label: 'Non-trigger loss',
		unit: 'nats',
		format: formatLoss,
		help: 'Loss everywhere else; the optimum is the entropy of the bigrams there.',
	},
	nonTriggerOptimum: {
		label: 'Its optimum',
		unit: 'nats',
		format: formatLoss,
		help: 'Mean entropy of the bigram distribution over the very positions evaluated.',
	},
	sinkAttention: {
		label: 'Attention to the first token',
		unit: 'share',
		format: formatShare,
		help: 'Share of attention that goes to the first token, mean over heads and queries.',
	},
	sinkRate: {
		label: 'Sink rate',
		unit: 'share of heads',
		format: formatShare,
		help: 'Share of heads whose mean attention to the first token is above 0.3.',
	},
	drain: {
		label: 'Value drain',
		unit: 'ratio',
		format: (value) => value.toFixed(2),
		help: 'Norm of the first token’s value over the mean of the others; a drain is far below 1.',
	},
	entropy: {
		label: 'Entropy',
		unit: 'nats',
		format: formatLoss,
		help: 'Entropy of token importance; lower means that attention is more concentrated.',
	},
};

/** Words of the measure called `key`. */
export function measureWords(key: string): MeasureWords {
	const spaced = key.replace(/([A-Z])/g, ' $1').toLowerCase();
	return (
		MEASURES[key] ?? {
			label: spaced[0].toUpperCase() + spaced.slice(1),
			unit: '',
			format: (value) => Number(value.toPrecision(4)).toString(),
			help: '',
		}
	);
}
