import type { Graph } from '../graph/graph';
import { crossEntropy, squaredError } from '../graph/ops';
import type { Tensor } from '../graph/tensor';
import type { ModelConfig } from './config';

/** Declares what the model reads at `rows` positions: the graph input `tokens` [rows], or `vectors` [rows, n]. */
export function declareSource(graph: Graph, { vectorSize }: ModelConfig, rows: number): Tensor {
	return vectorSize === undefined ? graph.input('tokens', [rows], 'i32') : graph.input('vectors', [rows, vectorSize]);
}

/** Declares the right answers: the graph input `targets` [rows], or `targetVectors` [rows, n]. */
export function declareTargets(graph: Graph, { vectorSize }: ModelConfig, rows: number): Tensor {
	return vectorSize === undefined ? graph.input('targets', [rows], 'i32') : graph.input('targetVectors', [rows, vectorSize]);
}

/** Name of the input with the number of targets of the whole batch that have a loss, at least 1. */
export const COUNTED = 'counted';

/**
 * Mean loss [1] and the loss of each position [rows]: cross-entropy of logits [rows, V], or the squared error of vectors [rows, n]
 * (docs/METHODS.md section 1). If the rows are one of several `parts` of a batch, the mean is over the whole batch with zeros for
 * the other parts, and a model of tokens also has the graph input `counted` [1].
 */
export function lossOn(
	{ vectorSize }: ModelConfig,
	graph: Graph,
	outputs: Tensor,
	targets: Tensor,
	parts = 1,
): [loss: Tensor, losses: Tensor] {
	const isPart = parts > 1;
	const [loss, losses] =
		vectorSize === undefined
			? graph.apply(crossEntropy, [outputs, targets, ...(isPart ? [graph.input(COUNTED, [1])] : [])])
			: graph.apply(squaredError, [outputs, targets], isPart ? { rows: parts * outputs.shape[0] } : {});
	return [loss, losses];
}
