import { stream } from '../data/random';
import { sizeOf } from '../graph/tensor';
import type { ModelConfig } from '../model/config';
import { parametersOf } from '../model/parameters';

/**
 * First weights by name. Each tensor has its own random stream, keyed by seed and name, so that methods with the same seed start
 * with the same numbers in tensors of the same name.
 */
export function initialWeights(config: ModelConfig, seed: number): Record<string, Float32Array<ArrayBuffer>> {
	return Object.fromEntries(
		[...parametersOf(config)].map(([name, { shape, start }]) => {
			if ('values' in start) return [name, Float32Array.from(start.values)];
			const random = stream(seed, 'parameter', name);
			return [name, Float32Array.from({ length: sizeOf(shape) }, () => start.deviation * random.normal())];
		}),
	);
}
