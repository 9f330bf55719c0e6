import { arenaOrder } from '../compiler/arena';
import type { Precision } from '../experiment/commonFields';
import type { OptimizerName } from '../experiment/optimizers';
import type { Experiment } from '../experiment/types';
import { gradients } from '../graph/autodiff';
import { Graph } from '../graph/graph';
import { accumulate, accumulateGradients, correct, gradientSquares, unscaleGradients, updateLossScale } from '../graph/ops';
import { HYPER } from '../graph/ops/hyper';
import { GROWTH_INTERVAL } from '../graph/ops/lossScale';
import type { Tensor } from '../graph/tensor';
import { declareSource, declareTargets, lossOn } from '../model/batchTensors';
import type { ModelConfig } from '../model/config';
import { forward, layerLabel } from '../model/transformer';
import { OPTIMIZER_UPDATES, type UpdateInputs } from './optimizers';

/** Sizes of a batch: `batchSize` sequences of `length` tokens. */
export interface BatchShape {
	batchSize: number;
	length: number;
}

/** What determines a training step besides the model. */
export interface StepShape extends BatchShape {
	/** Absent = `adamw`. */
	optimizer?: OptimizerName;
	/** Parts of equal size that the batch is computed in; absent = 1. */
	microBatches?: number;
	/** True if the backward pass computes each layer's activations again. */
	recompute?: boolean;
	/** How activations are stored; absent = `float32`. */
	precision?: Precision;
}

/** Sizes of the batches that an experiment trains on, and what else determines its steps. */
export const stepShape = ({ batchSize, sequenceLength: length, optimizer, microBatches, recompute, precision }: Experiment): StepShape => ({
	batchSize,
	length,
	optimizer,
	microBatches,
	recompute,
	precision,
});

/** Name of the input that is 1 in the first micro-batch of a step, and 0 in the others. */
export const FIRST = 'first';

/** Name of the state that holds the scale of the loss in float16, and the number of steps since it changed. */
export const LOSS_SCALE = 'loss scale';

/**
 * One training step: forward, loss, backward, gradient norm, clip, update. Inputs `tokens` and `targets` [B·T], or `vectors`
 * and `targetVectors` [B·T, n], `hyper` [11] and, for the fixed forms, `value_lambdas` [L, 2]; outputs `loss` (before the update, nats) and `squares` (‖g‖²).
 *
 * With micro-batches, everything up to the sums of gradients and losses is computed on B/`microBatches` sequences. Inputs are
 * then also `first` [1] and, for tokens, `counted` [1]. With `float16` the loss is scaled by the state `LOSS_SCALE` [2].
 */
export function trainingGraph(
	config: ModelConfig,
	{ batchSize, length, optimizer = 'adamw', microBatches = 1, recompute, precision }: StepShape,
): Graph {
	const graph = new Graph();
	const part = lossOf(graph, config, batchSize / microBatches, length, microBatches);
	const order = arenaOrder(graph);
	const scale = precision === 'float16' ? graph.state(LOSS_SCALE, [2]) : undefined;
	const found = gradients(graph, new Map([[part.loss, scale ?? graph.one]]), order, recompute ? layersOf(config) : undefined);
	const parts = order.map((parameter) => found.get(parameter) as Tensor);
	const { loss, grads } = microBatches > 1 ? sums(graph, part.loss, order, parts, microBatches) : { loss: part.loss, grads: parts };
	graph.scope = 'optimiser';
	const hyper = graph.input('hyper', [HYPER.length]);
	const computed = { gradients: grads, squares: graph.apply(gradientSquares, grads)[0], hyper };
	const used = scale ? unscaled(graph, scale, computed) : computed;
	OPTIMIZER_UPDATES[optimizer](graph, { parameters: order, ...used });
	graph.output('loss', loss);
	graph.output('squares', used.squares);
	return graph;
}

/** Divides gradients and ‖g‖² by the scale of the loss, and updates the scale. `hyper` changes nothing if the step does not count. */
function unscaled(graph: Graph, scale: Tensor, { gradients, squares, hyper }: Omit<UpdateInputs, 'parameters'>) {
	const [next, passed, used, factor] = graph.apply(updateLossScale, [scale, squares, hyper], { growthInterval: GROWTH_INTERVAL });
	graph.update(scale, next);
	return { gradients: graph.apply(unscaleGradients, [...gradients, factor]), squares: passed, hyper: used };
}

const layersOf = ({ layers }: ModelConfig): Set<string> => new Set(Array.from({ length: layers }, (_, layer) => layerLabel(layer)));

/** Adds the loss and the gradients of each micro-batch to those before it. */
function sums(graph: Graph, loss: Tensor, parameters: readonly Tensor[], gradients: readonly Tensor[], microBatches: number) {
	graph.scope = 'micro-batches';
	const first = graph.input(FIRST, [1]);
	const sumOf = ({ name, shape }: Tensor) => graph.state(`sum of ${name}`, shape);
	const lossSum = graph.state('sum of losses', [1]);
	const [total] = graph.apply(accumulate, [lossSum, loss, first]);
	graph.update(lossSum, total);
	const before = parameters.map(sumOf);
	const grads = graph.apply(accumulateGradients, [...gradients, ...before, first], { microBatches });
	before.forEach((state, i) => {
		graph.update(state, grads[i]);
	});
	return { loss: total, grads };
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

function lossOf(graph: Graph, config: ModelConfig, batchSize: number, length: number, parts = 1) {
	const source = declareSource(graph, config, batchSize * length);
	const targets = declareTargets(graph, config, batchSize * length);
	const { logits } = forward(graph, config, source, length);
	graph.scope = 'loss';
	const [loss, losses] = lossOn(config, graph, logits, targets, parts);
	return { loss, losses, logits, targets };
}
