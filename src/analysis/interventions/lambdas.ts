import type { ModelConfig } from '../../model/config';
import { NEUTRENO_LAMBDA } from '../../model/transformer';
import { intervened, mostWeights, VALUE_WEIGHTS, weightedIntervened } from '../../model/values/intervened';
import { weightsOf } from '../../model/valueWeights';
import type { InputNumbers, InterventionInput, InterventionMaths } from './maths';

/** Weights on values, written to the input `VALUE_WEIGHTS`. If a weight is edited several times, the last edit counts. */
export const lambdas: InterventionMaths<'lambdas'> = {
	inputs(config): Record<string, InterventionInput> {
		const most = mostWeights(config);
		if (most === 0) return {};
		const neutral = Array.from({ length: config.layers * 2 * most }, (_, i) => (i % (2 * most) < most ? 1 : 0));
		return { [VALUE_WEIGHTS]: { shape: [config.layers, 2 * most], neutral } };
	},
	write(edits, numbers, config) {
		for (const { layer, index, value } of edits) setWeight(numbers, config, layer, index, value);
	},
	hooks: (_, graph, config) => ({
		scheme: (scheme) => intervened(scheme, graph, config),
		weighted: (weights, terms, layer) => weightedIntervened(graph, config, weights, terms, layer),
	}),
};

/** Sets every weight on V₁ in layers after the first to 0, whatever edits of λ say. NeuTRENO's λ(V₁ − V) is removed as a whole. */
export const withoutFirstValues: InterventionMaths<'withoutFirstValues'> = {
	write(on, numbers, config) {
		if (!on) return;
		weightsOf(config).forEach((weights, layer) => {
			weights.forEach(({ on }, index) => {
				if (on === 0 || on === 'beside' || on === 'pull') setWeight(numbers, config, layer, index, 0);
			});
		});
	},
};

/** Replaces a weight. NeuTRENO's λ has its own input. */
function setWeight(numbers: InputNumbers, config: ModelConfig, layer: number, index: number, value: number): void {
	if (weightsOf(config)[layer][index].on === 'pull') {
		numbers[NEUTRENO_LAMBDA][0] = value;
		return;
	}
	const most = mostWeights(config);
	numbers[VALUE_WEIGHTS][layer * 2 * most + index] = 0;
	numbers[VALUE_WEIGHTS][layer * 2 * most + most + index] = value;
}
