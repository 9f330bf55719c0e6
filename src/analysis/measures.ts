/**
 * The measurements of METHODS.md section 3, one function each, of one layer. The sink is position 0 here; `received` is
 * [B, H, T], Σ_{i≥k} A_ik, and states are [B·T, width]. Norms are Euclidean, entropies in nats.
 */
import type { ProbeShape } from './states';

export { uniformEntropy } from '../experiment/uniformEntropy';

/** A head with more mean attention to the first token than this has a sink (sail-sg/Attention-Sink). */
export const SINK_THRESHOLD = 0.3;

type Numbers = ArrayLike<number>;

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

/** −Σ p ln p with p normalised; 0 ln 0 = 0. */
function entropyOf(weights: readonly number[]): number {
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	return -weights.reduce((sum, weight) => (weight > 0 ? sum + (weight / total) * Math.log(weight / total) : sum), 0);
}

/** E = −Σ p ln p of token importance p_j ∝ Σ_i Ā_ij, Ā the mean over heads; mean over sequences. Lower = more concentrated. */
export function importanceEntropy(received: Numbers, { batchSize, length }: ProbeShape, heads: number): number {
	const entropies = Array.from({ length: batchSize }, (_, b) =>
		entropyOf(
			Array.from({ length }, (_, k) => {
				let sum = 0;
				for (let h = 0; h < heads; h++) sum += received[(b * heads + h) * length + k];
				return sum;
			}),
		),
	);
	return mean(entropies);
}

/** α_k = received / (T − k), k from 0: the mean attention of those queries that can see token k. */
const alpha = (received: Numbers, map: number, k: number, length: number): number => received[map * length + k] / (length - k);

/** Share of sequences in which a head's α of the first token is above 0.3, by head. */
export function headSinkRates(received: Numbers, { batchSize, length }: ProbeShape, heads: number): number[] {
	return Array.from({ length: heads }, (_, h) => {
		let sinks = 0;
		for (let b = 0; b < batchSize; b++) if (alpha(received, b * heads + h, 0, length) > SINK_THRESHOLD) sinks++;
		return sinks / batchSize;
	});
}

/** Share of (sequence, head) whose α of the first token is above 0.3. */
export const sinkRate = (received: Numbers, shape: ProbeShape, heads: number): number => mean(headSinkRates(received, shape, heads));

/** Largest α over the first ⌊T/2⌋ tokens, mean over sequences and heads: sinks also form on other tokens. */
export function maxAlpha(received: Numbers, { batchSize, length }: ProbeShape, heads: number): number {
	const last = Math.max(1, Math.floor(length / 2));
	return mean(
		Array.from({ length: batchSize * heads }, (_, m) => Math.max(...Array.from({ length: last }, (_, k) => alpha(received, m, k, length)))),
	);
}

/** ‖x_j‖ at each position [T], mean over sequences and over `parts` equal slices of a row (the KV heads; 1 = the whole row). */
export function positionNorms(states: Numbers, { batchSize, length }: ProbeShape, parts = 1): number[] {
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

/** Norm at the sink / mean norm elsewhere: far below 1 where the sink's value is drained. */
export const drainOf = (norms: readonly number[]): number => norms[0] / mean(norms.slice(1));

/** Norm at the sink − mean norm elsewhere. */
export const peakOf = (norms: readonly number[]): number => norms[0] - mean(norms.slice(1));

/**
 * Mean off-diagonal cosine between the rows of a sequence, mean over sequences. Σ_{i≠j} cos is ‖Σ n‖² − Σ‖n‖² of the unit rows n.
 */
export function tokenSimilarity(states: Numbers, { batchSize, length }: ProbeShape): number {
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
		return (sum.reduce((total, value) => total + value ** 2, 0) - own) / (length * (length - 1));
	});
	return mean(similarities);
}
