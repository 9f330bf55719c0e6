import type { ModelConfig } from '../model/config';
import { drainOf, importanceEntropy, maxAlpha, peakOf, positionNorms, sinkRate, tokenSimilarity } from './measures';
import { spectrum99 } from './spectrum';
import type { Numbers, ProbeStates } from './states';

/** The measurements of METHODS.md section 3 on a probe batch: a list over layers each. */
export interface Analysis {
	/** Of token importance, nats; `uniformEntropy(T)` is its reference. */
	entropy: number[];
	/** Share of (sequence, head) with a sink on the first token. */
	sinkRate: number[];
	maxAlpha: number[];
	/** Before softmax: logit of the sink − mean logit of the others. */
	sinkLogit: number[];
	/** ‖v_1‖ / mean of the others: of Vₙ and of V′ₙ. */
	drain: number[];
	mixedDrain: number[];
	/** ‖h_1‖ − mean of the others, at the block's output. */
	peak: number[];
	/** Mean cosine between the block outputs of a sequence. */
	similarity: number[];
	/** Mean norms by position, [L][T]: of Vₙ, V′ₙ (per KV head) and the block's output. */
	valueNorm: number[][];
	mixedNorm: number[][];
	hiddenNorm: number[][];
	/** Directions that hold 99 % of the block outputs' and of the values' variance; absent where not asked for. */
	spectrum?: number[];
	valueSpectrum?: number[];
}

export interface AnalysisOptions {
	/** Whether to compute the spectra, which cost far more than the rest at large widths. */
	spectrum: boolean;
}

/** Every measurement of a model on what a probe of it returned. */
export function analysisOf(config: ModelConfig, states: ProbeStates, { spectrum }: AnalysisOptions): Analysis {
	const { batchSize, length, layers } = states;
	const { heads, kvHeads } = config;
	const rows = batchSize * length;
	const each = <Value>(measure: (layer: ProbeStates['layers'][number]) => Value): Value[] => layers.map(measure);
	const valueNorm = each(({ value }) => positionNorms(value, states, kvHeads));
	const mixedNorm = each(({ mixed }) => positionNorms(mixed, states, kvHeads));
	const hiddenNorm = each(({ hidden }) => positionNorms(hidden, states));
	return {
		entropy: each(({ received }) => importanceEntropy(received, states, heads)),
		sinkRate: each(({ received }) => sinkRate(received, states, heads)),
		maxAlpha: each(({ received }) => maxAlpha(received, states, heads)),
		sinkLogit: each(({ sinkLogits }) => sinkLogits.reduce((sum, value) => sum + value, 0) / sinkLogits.length),
		drain: valueNorm.map(drainOf),
		mixedDrain: mixedNorm.map(drainOf),
		peak: hiddenNorm.map(peakOf),
		similarity: each(({ hidden }) => tokenSimilarity(hidden, states)),
		valueNorm,
		mixedNorm,
		hiddenNorm,
		...(spectrum
			? {
					spectrum: each(({ hidden }) => spectrum99(hidden, rows)),
					valueSpectrum: spectra(
						each(({ value }) => value),
						rows,
					),
				}
			: {}),
	};
}

/** SVFormer's layers have the first one's values, CLA's their leader's: each is decomposed once. */
function spectra(values: readonly Numbers[], rows: number): number[] {
	const found: number[] = [];
	values.forEach((numbers, n) => {
		const twin = values.findIndex((other, m) => m < n && sameMemory(other, numbers));
		found.push(twin >= 0 ? found[twin] : spectrum99(numbers, rows));
	});
	return found;
}

const sameMemory = (a: Numbers, b: Numbers): boolean => a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length;

/** What curves over steps show: one number a layer. */
export type LayerMetrics = Record<string, number[]>;

/** The analysis without its lists over positions. */
export function layerMetrics({ valueNorm, mixedNorm, hiddenNorm, ...perLayer }: Analysis): LayerMetrics {
	return { ...perLayer } as LayerMetrics;
}

/** The analysis under the names of the oracle's expected.json. */
export function oracleFields(analysis: Analysis): Record<string, number[] | number[][]> {
	return {
		entropy: analysis.entropy,
		sink_rate: analysis.sinkRate,
		max_alpha: analysis.maxAlpha,
		sink_logit: analysis.sinkLogit,
		value_norm: analysis.valueNorm,
		mixed_norm: analysis.mixedNorm,
		drain: analysis.drain,
		mixed_drain: analysis.mixedDrain,
		hidden_norm: analysis.hiddenNorm,
		peak: analysis.peak,
		similarity: analysis.similarity,
		...(analysis.spectrum ? { spectrum99: analysis.spectrum } : {}),
	};
}
