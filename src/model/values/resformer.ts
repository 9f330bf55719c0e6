import type { Tensor } from '../../graph/tensor';
import { type ModelConfig, ModelError } from '../config';
import { subscript, weightsOf } from './labels';
import type { MixingWeight, ValueContext, ValueScheme } from './scheme';

/**
 * U = Aₙ V′ₙ with V′ₙ = λₙ₁V₁ + λₙ₂Vₙ for n ≥ 2; V₁ is not detached, so gradients flow into it from every layer.
 * Zhou et al., arXiv 2410.17897; forms as in METHODS.md section 2.
 */
export const resformer: ValueScheme = {
	ownsValues: () => true,
	mixed: mixedValues,
	mixing,
	cachedValues: ({ layers }) => layers,
};

/** V′ₙ in the form that the config names. */
export function mixedValues(context: ValueContext): Tensor {
	const { graph, config, layer, values } = context;
	const { form, lambdas } = config.valueScheme;
	const [first, current] = [values[0], values[layer]];
	// V′ = λ₁V₁ + λ₂V
	const mix = (lambda: Tensor, indices: number[]) => graph.apply('mix', [lambda, first, current], { indices })[0];
	switch (form) {
		case 'identity':
		case 'constant':
		case 'sparse':
			if (!lambdas) throw new ModelError(`resformer ${form} needs its lambdas`);
			return mix(context.fixedLambdas(), [2 * layer, 2 * layer + 1]);
		case 'learnable':
			return mix(context.parameter('value_lambda', [2]), [0, 1]);
		case 'plus':
			return mix(
				context.once('plus lambdas', () => plusLambdas(context)),
				[layer - 1, config.layers - 1 + layer - 1],
			);
		case 'dense':
			// V′ₙ = Σ_{i≤n} λₙᵢ Vᵢ
			return graph.apply('mix', [context.parameter('value_lambda', [layer + 1]), ...values.slice(0, layer + 1)], {
				indices: values.slice(0, layer + 1).map((_, i) => i),
			})[0];
		default:
			throw new ModelError(`resformer has no form ${form}`);
	}
}

/** λₙ₁ = s·softmaxₙ(ℓ) over layers 2..L, then their λₙ₂: one column [2(L − 1), 1]. */
function plusLambdas({ graph, config, parameter }: ValueContext): Tensor {
	const layers = Array.from({ length: config.layers - 1 }, (_, i) => i + 1);
	const logits = layers.map((layer) => parameter('value_logit', [1], layer));
	const shares = graph.apply('columnSoftmax', graph.apply('concatRows', logits))[0];
	const first = graph.apply('mix', [graph.parameter('model.value_scale', [1]), shares], { indices: [0] })[0];
	return graph.apply('concatRows', [first, ...layers.map((layer) => parameter('value_lambda', [1], layer))])[0];
}

/** Trained λ of a layer; in the plus form λ₁ as it is used, not the ℓ and s behind it. */
function mixing({ valueScheme: { form }, layers }: ModelConfig, layer: number): MixingWeight[] {
	const own = (name: string, of = layer) => `model.layers.${of}.self_attn.${name}`;
	const weights = (labels: string[]) => weightsOf(own('value_lambda'), labels);
	switch (form) {
		case 'learnable':
			return weights(['λ₁', 'λ₂']);
		case 'plus': {
			const logits = Array.from({ length: layers - 1 }, (_, i) => own('value_logit', i + 1));
			const scale = 'model.value_scale';
			const first: MixingWeight = {
				label: 'λ₁',
				names: [scale, ...logits],
				value: (numbers) => {
					const exponentials = logits.map((name) => Math.exp(numbers(name)[0]));
					return (numbers(scale)[0] * exponentials[layer - 1]) / exponentials.reduce((sum, value) => sum + value, 0);
				},
			};
			return [first, ...weights(['λ₂'])];
		}
		case 'dense':
			return weights(Array.from({ length: layer + 1 }, (_, i) => `λ on V${subscript(i + 1)}`));
		default:
			return [];
	}
}
