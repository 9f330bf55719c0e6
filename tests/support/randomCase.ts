/** Models at any size with random weights and batches, and what they train to in float64. */
import { arenaOrder } from '../../src/compiler/arena';
import { stream } from '../../src/data/random';
import { IGNORED } from '../../src/data/task';
import type { Method } from '../../src/experiment/methods';
import type { Experiment } from '../../src/experiment/types';
import { interpret } from '../../src/graph/interpreter';
import { gradientSquares } from '../../src/graph/ops';
import { modelConfig } from '../../src/model/experimentModel';
import { lambdaInputs } from '../../src/model/transformer';
import { initialWeights } from '../../src/training/initialize';
import type { ReplayCase } from '../../src/training/replay';
import { trainingConfig } from '../../src/training/run';
import { hyperAt } from '../../src/training/schedule';
import { trainingGraph } from '../../src/training/trainingGraphs';

/** A case with random weights, tokens and ignored targets. Weights are larger than at a start, so that every gradient matters. */
export function randomCase(experiment: Experiment, method: Method, vocabulary: number, steps: number): ReplayCase {
	const model = modelConfig(experiment, method, vocabulary);
	const { batchSize, sequenceLength } = experiment;
	const weights = initialWeights(model, 7);
	for (const [key, numbers] of Object.entries(weights)) {
		const random = stream(8, 'noise', key);
		numbers.forEach((value, i) => {
			numbers[i] = value + 0.15 * random.normal();
		});
	}
	return {
		model,
		training: trainingConfig(experiment),
		weights,
		steps,
		batchSize,
		length: sequenceLength,
		batch: (step) => {
			const random = stream(9, 'tokens', step);
			const draw = () => Int32Array.from({ length: batchSize * sequenceLength }, () => random.integer(vocabulary));
			const inputs = draw();
			const targets = draw().map((token, i) => (i > 0 && random.integer(6) === 0 ? IGNORED : token));
			return { inputs, targets, batchSize, sequenceLength };
		},
	};
}

/** The same in float64: every step's loss and gradient norm, and the first step's gradients by name. */
export function truth({ model, training, weights, batch, batchSize, length, steps: count }: ReplayCase) {
	const graph = trainingGraph(model, { batchSize, length, optimizer: training.optimizer });
	let [parameters, states]: Record<string, ArrayLike<number>>[] = [weights, {}];
	const steps: { loss: number; gradNorm: number }[] = [];
	const gradients = new Map<string, ArrayLike<number>>();
	for (let step = 0; step < count; step++) {
		const { inputs: tokens, targets } = batch(step);
		const inputs = { tokens, targets, hyper: hyperAt(training, step), ...lambdaInputs(model) };
		const result = interpret(graph, { inputs, parameters, states });
		const norm = graph.nodes.find(({ op }) => op === gradientSquares);
		if (step === 0)
			arenaOrder(graph).forEach(({ name }, i) => {
				if (norm) gradients.set(name, result.valueOf(norm.inputs[i]));
			});
		steps.push({ loss: result.outputs.loss[0], gradNorm: Math.sqrt(result.outputs.squares[0]) });
		[parameters, states] = [result.parameters, result.states];
	}
	return { steps, gradients };
}
