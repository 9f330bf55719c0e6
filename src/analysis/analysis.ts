import { type CostlyKey, MEASURE_KEYS, type MeasureKey, type PartialKey, probeMeasure } from '../experiment/measures';
import { ADDITIONS } from '../experiment/methods';
import type { ModelConfig } from '../model/config';
import { MEASUREMENTS, type ProbedLayer, positionNorms, type SinkQueries } from './measures';
import { spectrum99 } from './spectrum';
import type { Numbers, ProbeStates } from './states';

/** Mean norms by position [L][T], and their names in expected.json of tests/oracle. */
const NORMS = { valueNorm: 'value_norm', mixedNorm: 'mixed_norm', hiddenNorm: 'hidden_norm' } as const;
type NormKey = keyof typeof NORMS;

/** Every measurement of docs/METHODS.md section 3 on a probe batch, as a list over layers; mean norms as [L][T]. */
export type Analysis = Record<Exclude<MeasureKey, CostlyKey | PartialKey>, number[]> &
	Partial<Record<CostlyKey | PartialKey, number[]>> &
	Record<NormKey, number[][]>;

export interface AnalysisOptions {
	/** True to compute the costly measurements too, which in wide models take far longer than the others. */
	costly: boolean;
	/** Queries whose attention to the first token counts; absent = all. */
	sinkQueries?: SinkQueries;
	/** Queries whose attention to the first token is measured separately; absent = none. */
	triggerQueries?: SinkQueries;
}

/** Computes the measurements from the states of a probe. */
export function analysisOf(config: ModelConfig, states: ProbeStates, options: AnalysisOptions): Analysis {
	const { costly, triggerQueries } = options;
	const layers = probedLayers(config, states, options);
	const applies = (key: MeasureKey) => {
		const { costly: isCostly, only, ofTriggers } = probeMeasure(key);
		if (ofTriggers && !triggerQueries) return false;
		return (costly || !isCostly) && (!only || config[only] !== ADDITIONS[only].off);
	};
	const measured = MEASURE_KEYS.filter(applies).map((key) => [key, layers.map(MEASUREMENTS[key])]);
	const norms = (Object.keys(NORMS) as NormKey[]).map((key) => [key, layers.map((layer) => layer[key])]);
	return Object.fromEntries([...measured, ...norms]) as Analysis;
}

function probedLayers(
	{ heads, kvHeads }: ModelConfig,
	states: ProbeStates,
	{ sinkQueries = null, triggerQueries = null }: { [Name in 'sinkQueries' | 'triggerQueries']?: SinkQueries | null },
): ProbedLayer[] {
	const { batchSize, length } = states;
	const directions = sharedSpectrum(batchSize * length);
	return states.layers.map((layer) => ({
		...layer,
		batchSize,
		length,
		heads,
		valueNorm: positionNorms(layer.value, states, kvHeads),
		mixedNorm: positionNorms(layer.mixed, states, kvHeads),
		hiddenNorm: positionNorms(layer.hidden, states),
		sinkQueries,
		triggerQueries,
		directions,
	}));
}

/** A `spectrum99` that decomposes each array once: SVFormer's layers share the values of layer 1, and CLA's those of their leader. */
function sharedSpectrum(rows: number): ProbedLayer['directions'] {
	const known: { states: Numbers; centre: boolean; count: number }[] = [];
	return (states, { centre }) => {
		const found = known.find((other) => other.centre === centre && sameMemory(other.states, states));
		if (found) return found.count;
		const count = spectrum99(states, rows, { centre });
		known.push({ states, centre, count });
		return count;
	};
}

const sameMemory = (a: Numbers, b: Numbers): boolean => a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length;

/** Metrics by key, each a list over layers. */
export type LayerMetrics = Record<string, number[]>;

/** The analysis without its norms by position. */
export function layerMetrics({ valueNorm, mixedNorm, hiddenNorm, ...perLayer }: Analysis): LayerMetrics {
	return perLayer as LayerMetrics;
}

/** The measurements that PyTorch computes too, under their names in expected.json of tests/oracle. */
export function oracleFields(analysis: Analysis): Record<string, number[] | number[][]> {
	const fields: Record<string, number[] | number[][]> = {};
	for (const key of MEASURE_KEYS) {
		const { oracleName } = probeMeasure(key);
		const values = analysis[key];
		if (oracleName && values) fields[oracleName] = values;
	}
	for (const [key, name] of Object.entries(NORMS) as [NormKey, string][]) fields[name] = analysis[key];
	return fields;
}
