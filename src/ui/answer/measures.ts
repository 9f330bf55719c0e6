/** The words of every number that a run reports. A measure without an entry is shown under its own name. */
import { uniformEntropy } from '../../experiment/uniformEntropy';
import { formatCount, formatLoss, formatShare, withMinus } from '../shared/format';

export interface MeasureWords {
	/** Heading of a column or a chart. */
	label: string;
	/** A shorter heading for a column of the table. */
	column?: string;
	unit: string;
	format(value: number): string;
	/** What it is, in one line. */
	help: string;
	formula?: string;
	/** Charts of it start at 0; else at its smallest value. */
	fromZero: boolean;
	/** A value to read it against, for sequences of `length` tokens. */
	reference?: { words: string; at(length: number): number };
}

const two = (value: number): string => withMinus(value.toFixed(2));
const plain = { unit: '', format: two, fromZero: true };
const nats = { unit: 'nats', format: formatLoss, fromZero: true };
const share = { unit: 'share', format: formatShare, fromZero: true };
const count = { unit: 'directions', format: formatCount, fromZero: true };

// biome-ignore format: a table of short entries
const MEASURES: Record<string, MeasureWords> = {
	validationLoss: { ...nats, label: 'Validation loss', column: 'Validation', help: 'Mean cross-entropy on held-out data.', formula: 'mean of −ln p(next token)' },
	accuracy: { ...share, label: 'Accuracy', help: 'Share of held-out answers whose likeliest token is the right one.' },
	trainingLoss: { ...nats, label: 'Training loss', help: 'Mean cross-entropy on examples that training sees.' },
	trainingAccuracy: { ...share, label: 'Training accuracy', help: 'Share of right answers on examples that training sees.' },
	triggerLoss: { ...nats, label: 'Trigger loss', help: 'Loss where the character before a trigger must be copied; the optimum is 0.' },
	nonTriggerLoss: { ...nats, label: 'Non-trigger loss', help: 'Loss everywhere else; the optimum is the entropy of the bigrams there.' },
	nonTriggerOptimum: { ...nats, label: 'Its optimum', help: 'Mean entropy of the bigram distribution over the very positions evaluated.' },
	firstShowingLoss: { ...nats, label: 'First showing', help: 'Loss on a held-out passage.' },
	secondShowingLoss: { ...nats, label: 'Second showing', help: 'Loss on the same passage when it comes again.' },
	inductionDifference: { ...nats, label: 'Induction', help: 'Loss on a held-out passage shown again, minus that on its first showing; below 0, the model makes use of the repetition.' },

	sinkAttention: {
		...share, label: 'Attention to the first token', column: 'To first token', formula: 'mean over heads and i ≥ 2 of A_i1',
		help: 'Share of attention that goes to the first token. A query with nothing to look for rests there: a sink.',
	},
	entropy: {
		...nats, fromZero: false, label: 'Entropy of token importance', column: 'Entropy', formula: 'E = −Σ p ln p,  p_j = Σ_i Ā_ij / T',
		help: 'How evenly attention spreads over tokens; lower is more concentrated.',
		reference: { words: 'uniform causal attention', at: uniformEntropy },
	},
	sinkRate: {
		...share, unit: 'share of heads', label: 'Sink rate', formula: 'share of heads with α₁ > 0.3,  α_k = 1/(T−k+1) Σ_{i≥k} A_ik',
		help: 'Share of heads that give the first token more than 0.3 of their attention.',
	},
	maxAlpha: {
		...share, label: 'Largest α', formula: 'max over k ≤ T/2 of α_k,  α_k = 1/(T−k+1) Σ_{i≥k} A_ik',
		help: 'The most attention that any one token draws: sinks also form on other tokens than the first.',
	},
	sinkLogit: {
		...plain, unit: 'before softmax', label: 'Sink logit', formula: 'mean over i ≥ 2 of z_i1 − mean of z_ij, 1 < j ≤ i',
		help: 'By how much the first token’s logit stands above the others’.',
	},
	drain: {
		...plain, unit: 'ratio', label: 'Value drain, V', column: 'Drain ratio', formula: '‖v₁‖ / mean over j ≥ 2 of ‖v_j‖',
		help: 'Norm of the first token’s value over that of the others; a drain is far below 1.',
		reference: { words: 'no drain', at: () => 1 },
	},
	mixedDrain: {
		...plain, unit: 'ratio', label: 'Value drain, V′', formula: '‖v′₁‖ / mean over j ≥ 2 of ‖v′_j‖',
		help: 'The drain of the values that attention reads, after layer 1’s are mixed in.',
		reference: { words: 'no drain', at: () => 1 },
	},
	peak: {
		...plain, unit: 'norm', label: 'Residual peak', formula: '‖h₁‖ − mean over j ≥ 2 of ‖h_j‖',
		help: 'By how much the first token’s state outgrows the others at the block’s output.',
	},
	similarity: {
		...plain, unit: 'cosine', label: 'Token similarity', formula: 'mean over i ≠ j of cos(h_i, h_j)',
		help: 'How alike the states of a sequence are; 1 means that they all point the same way.',
	},
	spectrum: {
		...count, label: 'Spectrum of states', formula: 'smallest n with σ₁² + … + σₙ² ≥ 0.99 Σ σ²',
		help: 'Directions that hold 99 % of the variance of the block’s outputs.',
	},
	valueSpectrum: {
		...count, label: 'Spectrum of values', formula: 'smallest n with σ₁² + … + σₙ² ≥ 0.99 Σ σ²',
		help: 'Directions that hold 99 % of the variance of the values.',
	},
};

/** Measures of each layer that the table of runs shows after the numbers of a whole model, in its order. */
const MAIN = ['sinkRate', 'drain', 'sinkAttention', 'entropy', 'peak'];
/** Losses that say little without each other: the layers' panel and the file have them. */
const LEFT_OUT = ['firstShowingLoss', 'secondShowingLoss'];

/** Words of the measure called `key`. */
export function measureWords(key: string): MeasureWords {
	if (Object.hasOwn(MEASURES, key)) return MEASURES[key];
	if (isWeight(key)) return weightWords(key);
	const spaced = key.replace(/([A-Z])/g, ' $1').toLowerCase();
	return {
		label: spaced[0].toUpperCase() + spaced.slice(1),
		unit: '',
		format: (value) => Number(value.toPrecision(4)).toString(),
		help: '',
		fromZero: true,
	};
}

/** True of λ and depth weights, which bear their own letters. */
export function isWeight(key: string): boolean {
	return /^[λα]/.test(key);
}

function weightWords(key: string): MeasureWords {
	const depth = key.startsWith('α');
	return {
		...plain,
		format: (value) => withMinus(value.toFixed(3)),
		label: key,
		unit: 'weight',
		formula: depth ? 'next block’s input = Σ_{j≤i} αᵢⱼ Xⱼ' : 'V′ₙ = λₙ₁ V₁ + λₙ₂ Vₙ, or Σ_{i≤n} λₙᵢ Vᵢ in the dense form',
		help: depth
			? 'Weight of an earlier block’s output in what the next block reads; learned.'
			: 'Weight of a value in what attention reads; fixed or learned, as the method says.',
	};
}

/** Measures in the order of the table, then weights, then those without words. */
export function inOrder(keys: Iterable<string>): string[] {
	const known = Object.keys(MEASURES);
	const rank = (key: string) => (known.includes(key) ? known.indexOf(key) : known.length + (isWeight(key) ? 0 : 1));
	return [...keys].sort((a, b) => rank(a) - rank(b));
}

/** What the table of runs shows of these measures: numbers of a whole model, and the main ones of each layer. */
export function tableMeasures(keys: ReadonlyMap<string, boolean>): string[] {
	const whole = [...keys.keys()].filter((key) => !keys.get(key) && !LEFT_OUT.includes(key));
	return [...inOrder(whole), ...MAIN.filter((key) => keys.get(key))];
}

/** A measure of each layer in little room: both of two layers, else the smallest and the largest. */
export function layersInBrief(values: readonly number[], format: (value: number) => string): string {
	const there = values.filter(Number.isFinite);
	if (there.length === 0) return '–';
	if (there.length < 3) return there.map(format).join('  ');
	const low = format(Math.min(...there));
	const high = format(Math.max(...there));
	return low === high ? low : `${low} to ${high}`;
}
