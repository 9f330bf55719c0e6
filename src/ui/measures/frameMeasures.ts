/**
 * Measurements of docs/METHODS.md section 3 that the page computes itself, on the one sequence of a frame (sink rates: on all that
 * were probed with it). Those that runs report are on more sequences. Layers and heads count from 0.
 */
import type { AttentionMaps, Frame } from '../../experiment/records/frame';
import { firstTokenShare, mapOffset } from './firstToken';

/**
 * Token importance of a layer [T]: each key's share of all queries' attention, p_j = Σ_i Ā_ij, Ā the mean over heads,
 * divided by their sum (docs/METHODS.md section 3).
 */
export function tokenImportance(maps: AttentionMaps, layer: number): Float32Array {
	const { heads, length, probabilities } = maps;
	const shares = new Float64Array(length);
	let sum = 0;
	for (let head = 0; head < heads; head++) {
		const offset = mapOffset(maps, layer, head);
		for (let query = 0; query < length; query++) {
			for (let key = 0; key <= query; key++) {
				const p = probabilities[offset + query * length + key];
				shares[key] += p;
				sum += p;
			}
		}
	}
	return Float32Array.from(shares, (share) => (sum > 0 ? share / sum : 0));
}

type OfLayer = (frame: Frame, layer: number) => number;

/** The functions by the keys of `MEASURES`, one number for each layer. */
const MEASURES_OF_FRAME: Readonly<Record<string, OfLayer>> = {
	// A frame lacks the classes of its positions: every query from the second on counts, whatever the task.
	sinkAttention: (frame, layer) => mean(Array.from({ length: frame.heads }, (_, head) => firstTokenShare(frame, layer, head))),
	entropy: (frame, layer) => -tokenImportance(frame, layer).reduce((sum, p) => (p > 0 ? sum + p * Math.log(p) : sum), 0),
	topImportance1: (frame, layer) => topImportance(frame, layer, 1),
	topImportance2: (frame, layer) => topImportance(frame, layer, 2),
	topImportance3: (frame, layer) => topImportance(frame, layer, 3),
	topImportance10: (frame, layer) => topImportance(frame, layer, 10),
	sinkRate: ({ sinkRates, heads }, layer) => mean([...sinkRates.subarray(layer * heads, (layer + 1) * heads)]),
	maxAlpha: (frame, layer) => {
		const keys = Array.from({ length: Math.max(1, Math.floor(frame.length / 2)) }, (_, key) => key);
		return mean(offsetsOf(frame, layer).map((offset) => Math.max(...keys.map((key) => alpha(frame, offset, key)))));
	},
	drain: ({ valueNorms, length }, layer) => firstAndOthers(valueNorms, layer, length, (first, others) => first / others),
	mixedDrain: ({ mixedNorms, length }, layer) => firstAndOthers(mixedNorms, layer, length, (first, others) => first / others),
	peak: ({ hiddenNorms, length }, layer) => firstAndOthers(hiddenNorms, layer, length, (first, others) => first - others),
};

/** The measurement of each layer; null if a frame does not determine it. */
export function measureOfFrame(frame: Frame, measure: string): number[] | null {
	const ofLayer = Object.hasOwn(MEASURES_OF_FRAME, measure) ? MEASURES_OF_FRAME[measure] : null;
	return ofLayer && Array.from({ length: frame.layers }, (_, layer) => ofLayer(frame, layer));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Where the maps of a layer's heads start. */
const offsetsOf = (frame: Frame, layer: number): number[] =>
	Array.from({ length: frame.heads }, (_, head) => mapOffset(frame, layer, head));

/** α of a key: its mean attention from the queries that see it. */
function alpha({ probabilities, length }: Frame, offset: number, key: number): number {
	let sum = 0;
	for (let query = key; query < length; query++) sum += probabilities[offset + query * length + key];
	return sum / (length - key);
}

const topImportance = (frame: Frame, layer: number, count: number): number =>
	tokenImportance(frame, layer)
		.toSorted((a, b) => b - a)
		.slice(0, count)
		.reduce((sum, p) => sum + p, 0);

/** Combines the first token's norm and the mean of the others'. */
function firstAndOthers(norms: Float32Array, layer: number, length: number, combine: (first: number, others: number) => number): number {
	const [first, ...others] = norms.subarray(layer * length, (layer + 1) * length);
	return combine(first, mean(others));
}
