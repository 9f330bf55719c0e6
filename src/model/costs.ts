import { kvWidthOf, type ModelConfig } from './config';
import { parameterCount } from './parameters';
import { valueScheme } from './values';

/** Bytes that a KV cache in float32 stores for each token, over the whole model: METHODS.md section 2. */
export function kvCacheBytesPerToken(config: ModelConfig): number {
	const keys = Math.ceil(config.layers / config.kvSharing);
	const values = valueScheme(config.valueScheme.name).cachedValues(config);
	return (keys + values) * kvWidthOf(config) * 4;
}

export interface ModelCosts {
	parameters: number;
	kvCacheBytesPerToken: number;
}

export const modelCosts = (config: ModelConfig): ModelCosts => ({
	parameters: parameterCount(config),
	kvCacheBytesPerToken: kvCacheBytesPerToken(config),
});
