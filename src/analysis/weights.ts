import type { ModelConfig } from '../model/config';
import { mixingWeights } from '../model/mixing';
import type { LayerMetrics } from './analysis';

/** Parameters that determine the learned λ and depth weights: few numbers, so that they can be read back alone. */
export const mixingParameters = (config: ModelConfig): string[] => [...new Set(mixingWeights(config).flatMap(({ names }) => names))];

/**
 * Weights between values (λ) and block outputs (α of DenseFormer) by their label, a list over layers each; NaN if a layer
 * has none of that label. Fixed λ are included, because interventions set them; layer 1 always reads V₁, λ = (0, 1).
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
