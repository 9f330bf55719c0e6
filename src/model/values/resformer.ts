import { ModelError } from '../config';
import type { ValueContext, ValueScheme } from './scheme';

/**
 * U = Aₙ V′ₙ with V′ₙ = λₙ₁V₁ + λₙ₂Vₙ for n ≥ 2; V₁ is not detached, so gradients flow into it from every layer.
 * Zhou et al., arXiv 2410.17897; forms as in METHODS.md section 2.
 */
export const resformer: ValueScheme = {
	ownsValues: () => true,
	mixed: (context) => mixedValues(context),
	cachedValues: ({ layers }) => layers,
};

/** V′ₙ in the form that the config names. */
export function mixedValues(context: ValueContext) {
	const { graph, config, layer, values } = context;
	const { form, lambdas } = config.valueScheme;
	const [first, current] = [values[0], values[layer]];
	// V′ = λ₁V₁ + λ₂V
	const mix = (lambda: typeof first, indices: number[]) => graph.apply('mix', [lambda, first, current], { indices })[0];
	switch (form) {
		case 'identity':
		case 'constant':
		case 'sparse':
			if (!lambdas) throw new ModelError(`resformer ${form} needs its lambdas`);
			return mix(context.fixedLambdas(), [2 * layer, 2 * layer + 1]);
		case 'learnable':
			return mix(context.parameter('value_lambda', [2]), [0, 1]);
		default:
			throw new ModelError(`resformer has no form ${form}`);
	}
}
