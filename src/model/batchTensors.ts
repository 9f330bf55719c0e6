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

/**
 * Mean loss [1] and the loss of each position [rows]: cross-entropy of logits [rows, V], or the squared error of vectors [rows, n]
 * (docs/METHODS.md section 1).
 */
export function lossOn({ vectorSize }: ModelConfig, graph: Graph, outputs: Tensor, targets: Tensor): [loss: Tensor, losses: Tensor] {
	const [loss, losses] = graph.apply(vectorSize === undefined ? crossEntropy : squaredError, [outputs, targets]);
	return [loss, losses];
}
