/**
 * The measurements of docs/METHODS.md section 3. The sink is position 0 here; `received` is [B, H, T], Σ_{i≥k} A_ik, and
 * states are [B·T, width]. Norms are Euclidean, entropies in nats.
 */
import type { MeasureKey } from '../experiment/measures';
import { SINK_THRESHOLD } from '../experiment/measures/sink';
import { stableRank } from './stableRank';
import type { LayerStates, Numbers, ProbeShape } from './states';

/** The queries whose attention to the first token counts: those of class `counted`. `classes` is [B·T]. */
export interface SinkQueries {
	classes: ArrayLike<number>;
	counted: number;
}

/** One layer of a probe, as a measurement reads it. */
export interface ProbedLayer extends LayerStates, ProbeShape {
	heads: number;
	/** Mean norm at each position [T]: of Vₙ and V′ₙ (mean over KV heads), and of the block's output. */
	valueNorm: number[];
	mixedNorm: number[];
	hiddenNorm: number[];
	/** null if all queries count. */
	sinkQueries: SinkQueries | null;
	/** null if the task has no triggers that are measured separately. */
	triggerQueries: SinkQueries | null;
	/** `spectrum99` of states [B·T, width]. Layers that share their states compute it once. */
	directions(states: Numbers, options: { centre: boolean }): number;
}

/** For every measurement in `MEASURES`, the function that computes its number for one layer. */
export const MEASUREMENTS = {
	sinkAttention: (layer) => attentionToFirst(layer, layer.sinkQueries),
	triggerAttention: (layer) => attentionToFirst(layer, layer.triggerQueries),
	entropy: importanceEntropy,
	topImportance1: (layer) => topImportance(layer, 1),
	topImportance2: (layer) => topImportance(layer, 2),
	topImportance3: (layer) => topImportance(layer, 3),
	topImportance10: (layer) => topImportance(layer, 10),
	sinkRate: (layer) => mean(headSinkRates(layer.received, layer, layer.heads)),
	maxAlpha,
	sinkMass: ({ received, length, batchSize, heads }) => 1 - total(received) / (batchSize * heads * length),
	gateOpenness: ({ gate }) => mean(gate.map((logit) => 1 / (1 + Math.exp(-logit)))),
	sinkLogit: ({ sinkLogits }) => mean(sinkLogits),
	drain: ({ valueNorm }) => drainOf(valueNorm),
	mixedDrain: ({ mixedNorm }) => drainOf(mixedNorm),
	valueSpectrum: ({ value, directions }) => directions(value, { centre: true }),
	valueSpectrumUncentred: ({ value, directions }) => directions(value, { centre: false }),
	stableRank: updateRank,
	peak: ({ hiddenNorm }) => peakOf(hiddenNorm),
	similarity: tokenSimilarity,
	spectrum: ({ hidden, directions }) => directions(hidden, { centre: true }),
} satisfies Record<MeasureKey, (layer: ProbedLayer) => number>;

const total = (numbers: Numbers | readonly number[]): number => {
	let sum = 0;
	for (const value of numbers) sum += value;
	return sum;
};

const mean = (numbers: Numbers | readonly number[]): number => total(numbers) / numbers.length;

/** Mean of A_i1 over sequences, heads and the queries i ≥ 2 that count. NaN if none count. */
function attentionToFirst({ toFirst, batchSize, length, heads }: ProbedLayer, queries: SinkQueries | null): number {
	let sum = 0;
	let count = 0;
	for (let b = 0; b < batchSize; b++)
		for (let i = 1; i < length; i++) {
			if (queries && queries.classes[b * length + i] !== queries.counted) continue;
			for (let h = 0; h < heads; h++) sum += toFirst[(b * heads + h) * length + i];
			count += heads;
		}
	return sum / count;
}

/** −Σ p ln p with p normalised; 0 ln 0 = 0. */
function entropyOf(weights: readonly number[]): number {
	const sum = total(weights);
	return -weights.reduce((entropy, weight) => (weight > 0 ? entropy + (weight / sum) * Math.log(weight / sum) : entropy), 0);
}

/** Importance of each token, not normalised: p_j ∝ Σ_i Ā_ij, Ā the mean over heads. One list [T] per sequence. */
const importances = ({ received, batchSize, length, heads }: ProbedLayer): number[][] =>
	Array.from({ length: batchSize }, (_, b) =>
		Array.from({ length }, (_, k) => {
			let sum = 0;
			for (let h = 0; h < heads; h++) sum += received[(b * heads + h) * length + k];
			return sum;
		}),
	);

/** E = −Σ p ln p of token importance, mean over sequences. Lower = more concentrated. */
function importanceEntropy(layer: ProbedLayer): number {
	return mean(importances(layer).map(entropyOf));
}

/** Share of importance that the `count` most important tokens of a sequence have, mean over sequences. */
const topImportance = (layer: ProbedLayer, count: number): number =>
	mean(importances(layer).map((importance) => total(importance.sort((a, b) => b - a).slice(0, count)) / total(importance)));

/** Stable rank of the attention update [T, d], mean over sequences. */
function updateRank({ update, batchSize, length }: ProbedLayer): number {
	const size = update.length / batchSize;
	return mean(Array.from({ length: batchSize }, (_, b) => stableRank(update.subarray(b * size, (b + 1) * size), length)));
}

/** α_k = received / (T − k), k from 0: mean attention to token k of the queries that can see it. */
const alpha = (received: ArrayLike<number>, map: number, k: number, length: number): number => received[map * length + k] / (length - k);

/** Share of sequences in which a head has a sink, α₁ > `SINK_THRESHOLD`, by head [H]. */
export function headSinkRates(received: ArrayLike<number>, { batchSize, length }: ProbeShape, heads: number): number[] {
	return Array.from({ length: heads }, (_, h) => {
		let sinks = 0;
		for (let b = 0; b < batchSize; b++) if (alpha(received, b * heads + h, 0, length) > SINK_THRESHOLD) sinks++;
		return sinks / batchSize;
	});
}

/** Largest α over the first ⌊T/2⌋ tokens, mean over sequences and heads. Unlike the sink rate, it also finds sinks on other tokens. */
function maxAlpha({ received, batchSize, length, heads }: ProbedLayer): number {
	const last = Math.max(1, Math.floor(length / 2));
	return mean(
		Array.from({ length: batchSize * heads }, (_, m) => Math.max(...Array.from({ length: last }, (_, k) => alpha(received, m, k, length)))),
	);
}

/** ‖x_j‖ at each position [T], mean over sequences and over `parts` equal slices of a row (the KV heads; 1 = the whole row). */
export function positionNorms(states: ArrayLike<number>, { batchSize, length }: ProbeShape, parts = 1): number[] {
	const size = states.length / (batchSize * length * parts);
	return Array.from({ length }, (_, j) => {
		let sum = 0;
		for (let b = 0; b < batchSize; b++)
			for (let p = 0; p < parts; p++) {
				const at = ((b * length + j) * parts + p) * size;
				let squares = 0;
				for (let c = 0; c < size; c++) squares += states[at + c] ** 2;
				sum += Math.sqrt(squares);
			}
		return sum / (batchSize * parts);
	});
}

/** Norm at the sink / mean norm elsewhere; far below 1 if the sink's value is drained. */
const drainOf = (norms: readonly number[]): number => norms[0] / mean(norms.slice(1));

/** Norm at the sink − mean norm elsewhere. */
const peakOf = (norms: readonly number[]): number => norms[0] - mean(norms.slice(1));

/**
 * Mean off-diagonal cosine between the rows of a sequence, mean over sequences. Σ_{i≠j} cos is ‖Σ n‖² − Σ‖n‖² of the unit rows n.
 */
function tokenSimilarity({ hidden: states, batchSize, length }: ProbedLayer): number {
	const width = states.length / (batchSize * length);
	const sum = new Float64Array(width);
	const similarities = Array.from({ length: batchSize }, (_, b) => {
		sum.fill(0);
		let own = 0;
		for (let i = 0; i < length; i++) {
			const row = (b * length + i) * width;
			let squares = 0;
			for (let c = 0; c < width; c++) squares += states[row + c] ** 2;
			if (squares === 0) continue;
			own++;
			const scale = 1 / Math.sqrt(squares);
			for (let c = 0; c < width; c++) sum[c] += states[row + c] * scale;
		}
		return (sum.reduce((squares, value) => squares + value ** 2, 0) - own) / (length * (length - 1));
	});
	return mean(similarities);
}
