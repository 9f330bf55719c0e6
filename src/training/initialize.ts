import { stream } from '../data/random';
import { sizeOf } from '../graph/tensor';
import type { ModelConfig } from '../model/config';
import { parametersOf } from '../model/parameters';

/**
 * First weights by name. Each tensor draws from a stream of its own, keyed by seed and name: methods with one seed start
 * alike wherever they share a name.
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
