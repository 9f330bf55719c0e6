import { gatesOf } from '../model/additions/attentionGate';
import { headSizeOf, kvWidthOf, type ModelConfig } from '../model/config';
import { type Probed, probeOutput } from './probe';

export type Numbers = Float32Array | Float64Array;

/** Number and length T of probed sequences. */
export interface ProbeShape {
	batchSize: number;
	length: number;
}

/** Outputs of a probe by the names of `probeOutputs`: row-major, no padding. */
export type ProbeReadback = Readonly<Record<string, Numbers>>;

/** States of one layer. Attention maps are reduced to column sums and one column, so that long batches fit in memory. */
export interface LayerStates {
	/** Σ_{i≥k} A_ik: attention that token k receives from all queries, [B, H, T]. */
	received: Float64Array;
	/** A_i1: attention of each query to the first token, [B, H, T]. */
	toFirst: Numbers;
	/** Mean over queries i ≥ 2 of z_{i,1} − mean_{1<j≤i} z_ij, [B, H]. */
	sinkLogits: Float64Array;
	/** Vₙ and V′ₙ, [B·T, G·dh]. */
	value: Numbers;
	mixed: Numbers;
	/** Logits of the gates, [B·T, H] or [B·T, H·dh]; empty without gates. */
	gate: Numbers;
	/** Output of the attention branch, before it is added to the residual stream, [B·T, d]. */
	update: Numbers;
	/** The block's output [B·T, d]. */
	hidden: Numbers;
}

export interface ProbeStates extends ProbeShape {
	layers: LayerStates[];
}

/**
 * Reduces the outputs of a probe to the states that measurements read.
 *
 * @param from the first sequence to keep; earlier ones belong to another part of the batch
 */
export function probeStates(config: ModelConfig, { batchSize, length }: ProbeShape, readback: ProbeReadback, from = 0): ProbeStates {
	const { heads, kvHeads, hiddenSize, attentionGate } = config;
	const headSize = headSizeOf(config);
	const count = batchSize - from;
	const layers = Array.from({ length: config.layers }, (_, n): LayerStates => {
		const part = (name: Probed, rowSize: number): Numbers => {
			const numbers = readback[probeOutput(name, n)];
			if (!numbers) throw new Error(`the probe lacks ${probeOutput(name, n)}`);
			return numbers.subarray(from * length * rowSize, batchSize * length * rowSize);
		};
		const attention = part('attention', heads * length);
		const query = part('query', hiddenSize);
		const key = part('key', kvWidthOf(config));
		return {
			received: receivedAttention(attention, count * heads, length),
			toFirst: firstColumn(attention, length),
			sinkLogits: sinkLogits(query, key, { batchSize: count, length }, { heads, kvHeads, headSize }),
			value: part('value', kvWidthOf(config)),
			mixed: part('mixed', kvWidthOf(config)),
			gate: attentionGate ? part('gate', gatesOf(attentionGate, config)) : new Float32Array(),
			update: part('update', hiddenSize),
			hidden: part('hidden', hiddenSize),
		};
	});
	return { batchSize: count, length, layers };
}

/** Joins the parts of a batch, in their order. */
export function joinStates(parts: readonly ProbeStates[]): ProbeStates {
	if (parts.length === 1) return parts[0];
	const join = (read: (layer: LayerStates) => Numbers, n: number): Float64Array => {
		const pieces = parts.map(({ layers }) => read(layers[n]));
		const whole = new Float64Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
		let at = 0;
		for (const piece of pieces) {
			whole.set(piece, at);
			at += piece.length;
		}
		return whole;
	};
	return {
		batchSize: parts.reduce((sum, { batchSize }) => sum + batchSize, 0),
		length: parts[0].length,
		layers: parts[0].layers.map((_, n) => ({
			received: join(({ received }) => received, n),
			toFirst: join(({ toFirst }) => toFirst, n),
			sinkLogits: join(({ sinkLogits: logits }) => logits, n),
			value: join(({ value }) => value, n),
			mixed: join(({ mixed }) => mixed, n),
			gate: join(({ gate }) => gate, n),
			update: join(({ update }) => update, n),
			hidden: join(({ hidden }) => hidden, n),
		})),
	};
}

/** The first column of patterns [T, T], one after the other. */
const firstColumn = (probabilities: Numbers, length: number): Float64Array =>
	Float64Array.from({ length: probabilities.length / length }, (_, row) => probabilities[row * length]);

/** Column sums [maps, T] of `maps` patterns [T, T], which are 0 above the diagonal. */
export function receivedAttention(probabilities: ArrayLike<number>, maps: number, length: number): Float64Array {
	const received = new Float64Array(maps * length);
	for (let m = 0; m < maps; m++)
		for (let i = 0; i < length; i++) {
			const row = (m * length + i) * length;
			for (let k = 0; k <= i; k++) received[m * length + k] += probabilities[row + k];
		}
	return received;
}

/**
 * Mean over queries i ≥ 2 of z_{i,1} − mean_{1<j≤i} z_ij per sequence and head, [B, H]; z = q·k/√dh, of rotated q [B·T, H·dh]
 * and k [B·T, G·dh]. Logits are linear in the key, so a running mean of keys replaces the [T, T] logits. Logits can't be
 * recovered from probabilities, which are 0 in float32 if a logit is far below the others.
 */
function sinkLogits(
	query: ArrayLike<number>,
	key: ArrayLike<number>,
	{ batchSize, length }: ProbeShape,
	{ heads, kvHeads, headSize }: { heads: number; kvHeads: number; headSize: number },
): Float64Array {
	const found = new Float64Array(batchSize * heads);
	const width = heads * headSize;
	const kvWidth = kvHeads * headSize;
	const others = new Float64Array(kvWidth);
	for (let b = 0; b < batchSize; b++) {
		others.fill(0);
		const first = b * length * kvWidth;
		for (let i = 1; i < length; i++) {
			const keyRow = (b * length + i) * kvWidth;
			const queryRow = (b * length + i) * width;
			for (let c = 0; c < kvWidth; c++) others[c] += key[keyRow + c];
			for (let h = 0; h < heads; h++) {
				const kv = Math.floor((h * kvHeads) / heads) * headSize;
				let difference = 0;
				for (let c = 0; c < headSize; c++) difference += query[queryRow + h * headSize + c] * (key[first + kv + c] - others[kv + c] / i);
				found[b * heads + h] += difference / Math.sqrt(headSize) / (length - 1);
			}
		}
	}
	return found;
}
