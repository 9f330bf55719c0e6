import { COMBINED_LAMBDA, type NeutrenoResformerChoice } from '../../experiment/methods/neutrenoResformer';
import { pulledToFirst, pullWeight } from './neutreno';
import { formSettings, mixedValues, resformer } from './resformer';
import { everyLayer, type ValueScheme } from './scheme';

/** U = Aₙ V′ₙ + λ(V₁ − V′ₙ) with ResFormer's V′ₙ = ½V₁ + ½Vₙ, which a KV cache stores. Zhou et al., arXiv 2410.17897. */
export const neutrenoResformer: ValueScheme<NeutrenoResformerChoice> = {
	...everyLayer,
	settings: ({ form, lambda }, layers) => ({
		...formSettings({ form, lambdas: null, mixedLayers: null }, layers),
		lambda: lambda ?? COMBINED_LAMBDA,
	}),
	mixed: mixedValues,
	output: pulledToFirst,
	weights: (config, layer) => [...resformer.weights(config, layer), ...pullWeight(config, layer)],
};
