import { embedding } from '../../graph/ops';
import { columnsOf } from '../../graph/tensor';
import { ModelError } from '../config';
import { attentionName, DRAWN } from '../layer';
import { replaced, weightsOf } from '../values/labels';
import type { Addition, MixedLayer } from './addition';

const lambdaName = (layer: number) => attentionName(layer, 'value_embed_lambda');

const learned = ({ layer, projectsValues }: MixedLayer) => (projectsValues ? weightsOf(lambdaName(layer), ['λ on E', 'λ on x Wv']) : []);

/**
 * Vₙ ← λₙ₁ Eₙ[token] + λₙ₂ Vₙ in every layer that projects values, before a scheme reads it; Eₙ is as wide as Wv has rows.
 * github.com/KellerJordan/modded-nanogpt, record 2024-12-08.
 */
export const valueEmbedding: Addition<boolean> = {
	value(_, { graph, config, layer, tokens, parameter, weighted }, value) {
		if (!tokens) throw new ModelError('value embeddings need tokens, and the model reads vectors');
		const table = parameter(attentionName(layer, 'value_embed.weight'), [config.vocabularySize, columnsOf(value.shape)], DRAWN);
		const lambda = parameter(lambdaName(layer), [2], { values: [0.5, 0.5] });
		return weighted(lambda, [graph.apply(embedding, [tokens, table])[0], value]);
	},
	mixing: (_, layer) => learned(layer),
	weights: (_, layer) =>
		learned(layer).map((weight, i) => {
			const [name] = weight.names;
			return { ...weight, on: 'term', move: (value, numbers) => ({ [name]: replaced(numbers(name), i, value) }) };
		}),
};
