import type { ModelConfig } from '../model/config';
import { mixingWeights } from '../model/mixing';
import type { LayerMetrics } from './analysis';

/** Parameters that determine the learned λ and depth weights. They are few numbers, read back separately from the other weights. */
export const mixingParameters = (config: ModelConfig): string[] => [...new Set(mixingWeights(config).flatMap(({ names }) => names))];

/**
 * Weights on values (λ) and block outputs (α of DenseFormer) by label, each a list over layers; NaN for a layer that has no
 * such weight. Fixed λ are included, because the user can change them. Layer 1 always has λ = (0, 1).
 *
 * @param numbers those of `mixingParameters`, by name
 */
export function mixingMetrics(config: ModelConfig, numbers: Readonly<Record<string, ArrayLike<number>>>): LayerMetrics {
	const metrics: LayerMetrics = {};
	const { lambdas } = config.valueScheme;
	if (lambdas) {
		metrics['λ₁'] = lambdas.map(([first]) => first);
		metrics['λ₂'] = lambdas.map(([, own]) => own);
	}
	for (const { layer, label, value } of mixingWeights(config)) {
		metrics[label] ??= new Array<number>(config.layers).fill(Number.NaN);
		metrics[label][layer] = value((name) => numbers[name]);
	}
	return metrics;
}
