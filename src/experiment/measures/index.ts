import type { AdditionName } from '../methods';
import { SINK_THRESHOLD } from './sink';
import { DECIMAL, type MeasureText, NATS, SHARE, type Subject } from './text';
import { uniformAlpha, uniformEntropy, uniformSinkAttention, uniformTopImportance } from './uniformAttention';

/** A measurement of each layer on the probe batch (docs/METHODS.md section 3). */
export interface ProbeMeasure extends MeasureText {
	perLayer: true;
	subject: Subject;
	/** Its name in expected.json of tests/oracle; absent if PyTorch does not compute it. */
	oracleName?: string;
	/** Measured only of methods with this addition. */
	only?: AdditionName;
	/** Set if it is measured only for a task with a `triggerClass`. */
	ofTriggers?: true;
	/** Set if its time grows with the cube of the width. Wide models skip it during training. */
	costly?: true;
}

const DIRECTIONS = { unit: 'directions', format: 'count', fromZero: true } as const;
const ALPHA = 'α_k = 1/(T−k+1) Σ_{i≥k} A_ik';
const SPECTRUM = 'smallest n with σ₁² + … + σₙ² ≥ 0.99 Σ σ²';
const IMPORTANCE = 'p_j = Σ_i Ā_ij / T';

/** A measurement's value if every token attends evenly to itself and all before it. */
const uniform = (at: (length: number) => number) => ({ text: 'uniform causal attention', at });

/** Share of importance of a sequence's `count` most important tokens. */
const topImportance = (count: number) =>
	({
		...SHARE,
		perLayer: true,
		subject: 'Attention',
		inRunsTable: false,
		label: count === 1 ? 'Importance of the top token' : `Importance of the top ${count} tokens`,
		formula: `${count === 1 ? 'largest p_j' : `sum of the ${count} largest p_j`},  ${IMPORTANCE}`,
		help: `Share of attention that goes to the ${count === 1 ? 'token that receives' : `${count} tokens that receive`} the most.`,
		reference: uniform((length) => uniformTopImportance(length, count)),
	}) satisfies ProbeMeasure;

/**
 * Every measurement on the probe batch, in the order of the page. Its maths has the same key in src/analysis/measures.ts.
 * Metrics, charts, columns, CSV files and help follow from the two tables.
 */
// biome-ignore format: a table of short entries
export const MEASURES = {
	sinkAttention: {
		...SHARE, perLayer: true, subject: 'Attention', inRunsTable: true, label: 'Attention to the first token', column: 'To first token', formula: 'mean over heads and i ≥ 2 of A_i1',
		help: 'Share of attention that goes to the first token. A query that finds nothing relevant attends to it: a sink.',
		reference: uniform(uniformSinkAttention),
	},
	triggerAttention: {
		...SHARE, perLayer: true, subject: 'Attention', inRunsTable: true, ofTriggers: true,
		label: 'Attention of triggers to the first token', column: 'Trigger to first token', formula: 'mean over heads and triggers i of A_i1',
		help: 'Share of attention that triggers give to the first token. Where the task asks them for other tokens, it should be small.',
		reference: uniform(uniformSinkAttention),
	},
	entropy: {
		...NATS, fromZero: false, perLayer: true, subject: 'Attention', inRunsTable: true, oracleName: 'entropy',
		label: 'Entropy of token importance', column: 'Entropy', formula: `E = −Σ p ln p,  ${IMPORTANCE}`,
		help: 'How evenly attention spreads over tokens; lower is more concentrated.',
		reference: uniform(uniformEntropy),
	},
	topImportance1: topImportance(1),
	topImportance2: topImportance(2),
	topImportance3: topImportance(3),
	topImportance10: topImportance(10),
	sinkRate: {
		...SHARE, unit: 'share of heads', perLayer: true, subject: 'Attention', inRunsTable: true, oracleName: 'sink_rate',
		label: 'Sink rate', formula: `share of heads with α₁ > ${SINK_THRESHOLD},  ${ALPHA}`,
		help: `Share of heads that give the first token more than ${SINK_THRESHOLD} of their attention.`,
		reference: uniform((length) => (uniformAlpha(length) > SINK_THRESHOLD ? 1 : 0)),
	},
	maxAlpha: {
		...SHARE, perLayer: true, subject: 'Attention', inRunsTable: false, oracleName: 'max_alpha', label: 'Largest α', formula: `max over k ≤ T/2 of α_k,  ${ALPHA}`,
		help: 'The most attention that any one token receives: sinks can also form on tokens other than the first.',
		reference: uniform(uniformAlpha),
	},
	sinkMass: {
		...SHARE, perLayer: true, subject: 'Attention', inRunsTable: true, only: 'attentionSink', oracleName: 'sink_mass', label: 'Sink mass', formula: 'mean over heads and i of 1 − Σ_j A_ij',
		help: 'Share of attention that goes to the sink logit of a method that has one, and so to no token.',
	},
	gateOpenness: {
		...SHARE, unit: 'gate', perLayer: true, subject: 'Attention', inRunsTable: true, only: 'attentionGate', label: 'Gate openness', column: 'Gate', formula: 'mean over tokens and gates of σ(x Wg)',
		help: 'How far the gates let attention’s output through: 0 is closed, 1 is open, ½ is the start.',
	},
	sinkLogit: {
		...DECIMAL, unit: 'before softmax', perLayer: true, subject: 'Attention', inRunsTable: false, oracleName: 'sink_logit',
		label: 'Sink logit', formula: 'mean over i ≥ 2 of z_i1 − mean of z_ij, 1 < j ≤ i',
		help: 'Logit of the first token minus the mean logit of the others.',
		reference: uniform(() => 0),
	},
	drain: {
		...DECIMAL, unit: 'ratio', perLayer: true, subject: 'Values', inRunsTable: true, oracleName: 'drain',
		label: 'Value drain, V', column: 'Drain ratio', formula: '‖v₁‖ / mean over j ≥ 2 of ‖v_j‖',
		help: 'Norm of the first token’s value divided by the mean norm of the others; a drained value is far below 1.',
		reference: { text: 'no drain', at: () => 1 },
	},
	mixedDrain: {
		...DECIMAL, unit: 'ratio', perLayer: true, subject: 'Values', inRunsTable: false, oracleName: 'mixed_drain',
		label: 'Value drain, V′', formula: '‖v′₁‖ / mean over j ≥ 2 of ‖v′_j‖',
		help: 'The drain of the values that attention reads, after the values of layer 1 are mixed in.',
		reference: { text: 'no drain', at: () => 1 },
	},
	valueSpectrum: {
		...DIRECTIONS, perLayer: true, subject: 'Values', inRunsTable: false, costly: true, label: 'Spectrum of values', formula: `${SPECTRUM}, σ of V minus its mean`,
		help: 'Directions that hold 99 % of the variance of the values.',
	},
	valueSpectrumUncentred: {
		...DIRECTIONS, perLayer: true, subject: 'Values', inRunsTable: false, costly: true, label: 'Spectrum of values, uncentred', formula: `${SPECTRUM}, σ of V`,
		help: 'Directions that hold 99 % of the squared size of the values, their mean included, as the paper counts them.',
	},
	stableRank: {
		...DECIMAL, unit: 'directions', perLayer: true, subject: 'Residual stream', inRunsTable: false, costly: true,
		label: 'Stable rank of the attention update', formula: '‖U‖²_F / ‖U‖²₂,  U = A V′ Wo',
		help: 'How many directions attention writes into the residual stream; at 1 it writes the same one at every token.',
		reference: { text: 'one direction', at: () => 1 },
	},
	peak: {
		...DECIMAL, unit: 'norm', perLayer: true, subject: 'Residual stream', inRunsTable: true, oracleName: 'peak', label: 'Residual peak', formula: '‖h₁‖ − mean over j ≥ 2 of ‖h_j‖',
		help: 'Norm of the first token’s hidden state minus the mean norm of the others, at the block’s output.',
	},
	similarity: {
		...DECIMAL, unit: 'cosine', perLayer: true, subject: 'Residual stream', inRunsTable: false, oracleName: 'similarity', label: 'Token similarity', formula: 'mean over i ≠ j of cos(h_i, h_j)',
		help: 'Mean cosine between the hidden states of a sequence; at 1 they all point in the same direction.',
	},
	spectrum: {
		...DIRECTIONS, perLayer: true, subject: 'Residual stream', inRunsTable: false, costly: true, oracleName: 'spectrum99', label: 'Spectrum of states', formula: `${SPECTRUM}, σ of h minus its mean`,
		help: 'Directions that hold 99 % of the variance of the block’s outputs.',
	},
} satisfies Record<string, ProbeMeasure>;

export type MeasureKey = keyof typeof MEASURES;

/** Measurements that wide models skip during training. */
export type CostlyKey = { [Key in MeasureKey]: (typeof MEASURES)[Key] extends { costly: true } ? Key : never }[MeasureKey];

/** Measurements of methods with one addition only, or of tasks with triggers. */
export type PartialKey = {
	[Key in MeasureKey]: (typeof MEASURES)[Key] extends { only: AdditionName } | { ofTriggers: true } ? Key : never;
}[MeasureKey];

/** The keys in the order of the page. */
export const MEASURE_KEYS = Object.keys(MEASURES) as MeasureKey[];

/** A measurement's descriptor, with the fields that only some have. */
export const probeMeasure = (key: MeasureKey): ProbeMeasure => MEASURES[key];
