import { additionsOf, leadersOf, patternLayerOf } from './additions';
import { headSizeOf, type ModelConfig } from './config';
import { parameterCount } from './parameters';
import { valueScheme } from './values';

/** Bytes per token of a float32 KV cache of the whole model (docs/METHODS.md section 2). */
export function kvCacheBytesPerToken(config: ModelConfig): number {
	const keyHeads = leadersOf(config).length * config.kvHeads;
	return (keyHeads + valueScheme(config.valueScheme.name).cachedHeads(config)) * headSizeOf(config) * 4;
}

/**
 * FLOPs per token of a forward pass over sequences of `length` T, averaged over positions. Counts the multiplications and
 * the additions of matrix products and attention. With d the width of the model and m that of the MLP:
 *
 *     queries and Wo 4d²;  keys 2d·G·dh if the layer computes its own;  values 2d per row of Wv;  MLP 6dm;  head 2dV
 *     a model of vectors has input and output 2dn each instead of the head
 *     attention 4d per visible key, (T + 1)/2 keys on average, twice that in cross-layer attention and the attention residual
 *
 * Norms, RoPE, softmax and mixes are not counted, because they take a few per cent at most.
 */
export function flopsPerToken(config: ModelConfig, length: number): number {
	const { layers, kvHeads, hiddenSize: d, intermediateSize: m, vocabularySize, vectorSize } = config;
	const scheme = valueScheme(config.valueScheme.name);
	const additions = additionsOf(config);
	const leaders = new Set(leadersOf(config));
	let flops = 2 * d * (vectorSize === undefined ? vocabularySize : 2 * vectorSize);
	for (let n = 0; n < layers; n++) {
		const attentions = (n === 0 ? 1 : (scheme.attended?.parts ?? 1)) * (patternLayerOf(config, n) === null ? 1 : 2);
		const projectedHeads = leaders.has(n) ? kvHeads + scheme.projectedHeads(config, n) : 0;
		flops += 4 * d * d + 6 * d * m + 2 * d * (length + 1) * attentions + 2 * d * projectedHeads * headSizeOf(config);
		for (const { maths, choice } of additions) flops += maths.flops?.(choice, config, n) ?? 0;
	}
	return flops;
}

export interface ModelCosts {
	parameters: number;
	kvCacheBytesPerToken: number;
}

export const modelCosts = (config: ModelConfig): ModelCosts => ({
	parameters: parameterCount(config),
	kvCacheBytesPerToken: kvCacheBytesPerToken(config),
});
