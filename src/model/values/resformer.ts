import { FIXED_FORMS, type ResFormerChoice } from '../../experiment/methods/resformer';
import { columnSoftmax, concatRows, mix } from '../../graph/ops';
import type { Tensor } from '../../graph/tensor';
import { type ModelConfig, ModelError, type ValueSchemeConfig } from '../config';
import { attentionName, type LayerContext } from '../layer';
import { fixedWeights, replaced, subscript, weightsOf } from './labels';
import { everyLayer, type MixingWeight, type NumbersOf, type ValueScheme, type ValueWeight } from './scheme';

/**
 * U = Aₙ V′ₙ with V′ₙ = λₙ₁V₁ + λₙ₂Vₙ for n ≥ 2; V₁ is not detached, so gradients flow into it from every layer.
 * Zhou et al., arXiv 2410.17897; forms as in docs/METHODS.md section 2.
 */
export const resformer: ValueScheme<ResFormerChoice> = {
	...everyLayer,
	settings: formSettings,
	mixed: mixedValues,
	mixing,
	weights,
};

/** The form, and for the fixed forms the λ of each layer: (0, 1) in layer 1 and other layers that do not mix. */
export function formSettings({ form, lambdas, mixedLayers }: ResFormerChoice, layers: number): Pick<ValueSchemeConfig, 'form' | 'lambdas'> {
	const pair = lambdas ?? FIXED_FORMS[form];
	const mixes = (layer: number) =>
		layer > 0 && (form !== 'sparse' || (mixedLayers ? mixedLayers.includes(layer + 1) : layer >= layers - Math.ceil((3 * layers) / 8)));
	return {
		form,
		lambdas: pair ? Array.from({ length: layers }, (_, layer): [number, number] => (mixes(layer) ? [pair[0], pair[1]] : [0, 1])) : null,
	};
}

/** V′ₙ in the form that the config names. */
export function mixedValues(context: LayerContext): Tensor {
	const { graph, config, layer, values } = context;
	const { form, lambdas } = config.valueScheme;
	const [first, current] = [values[0], values[layer]];
	// V′ = λ₁V₁ + λ₂V
	const mixed = (lambda: Tensor, indices: number[]) => graph.apply(mix, [lambda, first, current], { indices })[0];
	switch (form) {
		case 'identity':
		case 'constant':
		case 'sparse':
			if (!lambdas) throw new ModelError(`resformer ${form} needs its lambdas`);
			return mixed(context.fixedLambdas(), [2 * layer, 2 * layer + 1]);
		case 'learnable':
			return mixed(context.parameter(lambdaName(layer), [2], { values: [0.5, 0.5] }), [0, 1]);
		case 'plus':
			return mixed(
				context.once('plus lambdas', () => plusLambdas(context)),
				[layer - 1, config.layers - 1 + layer - 1],
			);
		case 'dense': {
			// V′ₙ = Σ_{i≤n} λₙᵢ Vᵢ, where λ starts at ½ for V₁ and Vₙ and at 0 for those between.
			const terms = values.slice(0, layer + 1);
			const start = { values: terms.map((_, i) => (i === 0 || i === layer ? 0.5 : 0)) };
			const lambda = context.parameter(lambdaName(layer), [layer + 1], start);
			return graph.apply(mix, [lambda, ...terms], { indices: terms.map((_, i) => i) })[0];
		}
		default:
			throw new ModelError(`resformer has no form ${form}`);
	}
}

/**
 * λₙ₁ = s·softmaxₙ(ℓ) of layers 2..L, then their λₙ₂, as one column [2(L − 1), 1]. Starts from s = L, ℓ = 0.3·n with n counted
 * from 0, and λₙ₂ = ½.
 */
function plusLambdas({ graph, config, parameter }: LayerContext): Tensor {
	const layers = Array.from({ length: config.layers - 1 }, (_, i) => i + 1);
	const logits = layers.map((layer) => parameter(logitName(layer), [1], { values: [0.3 * layer] }));
	const shares = graph.apply(columnSoftmax, graph.apply(concatRows, logits))[0];
	const first = graph.apply(mix, [parameter(SCALE, [1], { values: [config.layers] }), shares], { indices: [0] })[0];
	return graph.apply(concatRows, [first, ...layers.map((layer) => parameter(lambdaName(layer), [1], { values: [0.5] }))])[0];
}

const lambdaName = (layer: number) => attentionName(layer, 'value_lambda');
const logitName = (layer: number) => attentionName(layer, 'value_logit');
const SCALE = 'model.value_scale';
const logitNames = (layers: number): string[] => Array.from({ length: layers - 1 }, (_, i) => logitName(i + 1));

/** e^ℓ of layers 2..L in the plus form. */
const exponentials = (layers: number, numbers: NumbersOf): number[] => logitNames(layers).map((name) => Math.exp(numbers(name)[0]));

const total = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0);

/** Trained λ of a layer; in the plus form λ₁ itself, not the parameters ℓ and s that it is computed from. */
function mixing({ valueScheme: { form }, layers }: ModelConfig, layer: number): MixingWeight[] {
	const weights = (labels: string[]) => weightsOf(lambdaName(layer), labels);
	switch (form) {
		case 'learnable':
			return weights(['λ₁', 'λ₂']);
		case 'plus': {
			const first: MixingWeight = {
				label: 'λ₁',
				names: [SCALE, ...logitNames(layers)],
				value: (numbers) => {
					const shares = exponentials(layers, numbers);
					return (numbers(SCALE)[0] * shares[layer - 1]) / total(shares);
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

/** Every λ of a layer: the config's in the fixed forms, else the trained ones. */
function weights(config: ModelConfig, layer: number): ValueWeight[] {
	const { form, lambdas } = config.valueScheme;
	if (lambdas) return fixedWeights(lambdas[layer], [0, layer]);
	return mixing(config, layer).map((weight, i): ValueWeight => {
		const on = form === 'dense' || i === 0 ? i : layer;
		if (form === 'plus' && i === 0) return { ...weight, on, move: (value, numbers) => plusMove(config, layer, value, numbers) };
		const [name] = weight.names;
		return { ...weight, on, move: (value, numbers) => ({ [name]: replaced(numbers(name), form === 'plus' ? 0 : i, value) }) };
	});
}

/**
 * The s and the layer's ℓ for which λ₁ = s·softmax(ℓ) of this layer is `value` and that of every other layer is unchanged.
 * With D = Σ e^ℓ, λₙ₁ = s e^ℓₙ/D, so the others are unchanged if s/D is.
 */
function plusMove({ layers }: ModelConfig, layer: number, value: number, numbers: NumbersOf): Record<string, number[]> {
	const scale = numbers(SCALE)[0];
	if (!(value > 0 && scale > 0))
		throw new ModelError(`λ₁ of the plus form is s·softmax(ℓ), here with s = ${scale}: it can only be moved to more than 0, not ${value}`);
	const shares = exponentials(layers, numbers);
	const before = total(shares);
	const share = (value * before) / scale;
	return { [SCALE]: [(scale * (before - shares[layer - 1] + share)) / before], [logitName(layer)]: [Math.log(share)] };
}
