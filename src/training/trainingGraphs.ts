import { arenaOrder } from '../compiler/arena';
import type { OptimizerName } from '../experiment/optimizers';
import { gradients } from '../graph/autodiff';
import { Graph } from '../graph/graph';
import { correct, gradientSquares } from '../graph/ops';
import { HYPER } from '../graph/ops/hyper';
import type { Tensor } from '../graph/tensor';
import { declareSource, declareTargets, lossOn } from '../model/batchTensors';
import type { ModelConfig } from '../model/config';
import { forward } from '../model/transformer';
import { OPTIMIZER_UPDATES } from './optimizers';

/** Sizes of a batch: `batchSize` sequences of `length` tokens. */
export interface BatchShape {
	batchSize: number;
	length: number;
}

/** What determines a training step besides the model. */
export interface StepShape extends BatchShape {
	/** Absent = `adamw`. */
	optimizer?: OptimizerName;
}

/**
 * One training step: forward, loss, backward, gradient norm, clip, update. Inputs `tokens` and `targets` [B·T], or `vectors`
 * and `targetVectors` [B·T, n], `hyper` [11] and, for the fixed forms, `value_lambdas` [L, 2]; outputs `loss` (before the update, nats) and `squares` (‖g‖²).
 */
export function trainingGraph(config: ModelConfig, { batchSize, length, optimizer = 'adamw' }: StepShape): Graph {
	const graph = new Graph();
	const { loss } = lossOf(graph, config, batchSize, length);
	const order = arenaOrder(graph);
	const found = gradients(graph, new Map([[loss, graph.one]]), order);
	graph.scope = 'optimiser';
	const grads = order.map((parameter) => found.get(parameter) as Tensor);
	const squares = graph.apply(gradientSquares, grads)[0];
	const hyper = graph.input('hyper', [HYPER.length]);
	OPTIMIZER_UPDATES[optimizer](graph, { parameters: order, gradients: grads, squares, hyper });
	graph.output('loss', loss);
	graph.output('squares', squares);
	return graph;
}

/**
 * Loss without training: outputs `loss` [1], and per position [B·T] `losses` and `correct`, 0 where the target is ignored. A
 * model of vectors has no `correct`.
 */
export function evaluationGraph(config: ModelConfig, { batchSize, length }: BatchShape): Graph {
	const graph = new Graph();
	const { loss, losses, logits, targets } = lossOf(graph, config, batchSize, length);
	graph.output('loss', loss);
	graph.output('losses', losses);
	if (config.vectorSize === undefined) graph.output('correct', graph.apply(correct, [logits, targets])[0]);
	return graph;
}

function lossOf(graph: Graph, config: ModelConfig, batchSize: number, length: number) {
	const source = declareSource(graph, config, batchSize * length);
	const targets = declareTargets(graph, config, batchSize * length);
	const { logits } = forward(graph, config, source, length);
	graph.scope = 'loss';
	const [loss, losses] = lossOn(config, graph, logits, targets);
	return { loss, losses, logits, targets };
}
