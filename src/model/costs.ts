import { kvWidthOf, leaderOf, type ModelConfig } from './config';
import { parameterCount } from './parameters';
import { valueScheme } from './values';

/** Bytes that a KV cache in float32 stores for each token, over the whole model: METHODS.md section 2. */
export function kvCacheBytesPerToken(config: ModelConfig): number {
	const keys = Math.ceil(config.layers / config.kvSharing);
	const values = valueScheme(config.valueScheme.name).cachedValues(config);
	return (keys + values) * kvWidthOf(config) * 4;
}

/**
 * FLOPs of a forward pass for each token of a sequence of T, averaged over its positions: products and attention, a
 * multiplication and an addition each counting one, as the kernels do them. With d the width, m the MLP's, w = G·dh:
 *
 *     queries and Wo 4d²;  keys 2dw where a layer leads, values 2dw where it has its own;  MLP 6dm;  head 2dV
 *     attention 4d a key seen, (T + 1)/2 keys on average, twice that in cross-layer attention and in the attention residual
 *
 * Norms, RoPE, softmax and mixes are not counted: they are no products, and a few per cent at most.
 */
export function flopsPerToken(config: ModelConfig, length: number): number {
	const { layers, hiddenSize: d, intermediateSize: m, vocabularySize } = config;
	const scheme = valueScheme(config.valueScheme.name);
	const projection = 2 * d * kvWidthOf(config);
	let flops = 2 * d * vocabularySize;
	for (let n = 0; n < layers; n++) {
		const leads = leaderOf(config, n) === n;
		const attentions = n === 0 ? 1 : (scheme.attended?.parts ?? 1) * (config.ablationResidual === 'attention' ? 2 : 1);
		flops += 4 * d * d + 6 * d * m + 2 * d * (length + 1) * attentions;
		flops += (leads ? projection : 0) + (leads && scheme.ownsValues(n) ? projection : 0);
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
