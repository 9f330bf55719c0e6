import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/graph/interpreter';
import { FIXED_LAMBDAS } from '../../src/model/transformer';
import { trainingGraph } from '../../src/training/graphs';
import { hyperAt, learningRateAt } from '../../src/training/schedule';
import { readOracle } from '../support/oracle';

const CASES = [
	'vanilla',
	'resformer-identity',
	'resformer-constant',
	'resformer-sparse',
	'resformer-learnable',
	'svformer',
	'gqa',
	'gqa-resformer',
	'gqa-svformer',
	'tied-embeddings',
	'constant-rate-unclipped',
];

describe('the float64 interpreter trains like float64 PyTorch', () => {
	it.each(CASES)('%s', (name) => {
		const { model, training, weights, gradients, length, batchSize, batch, expected } = readOracle(name);
		const graph = trainingGraph(model, { batchSize, length });
		let parameters: Record<string, ArrayLike<number>> = weights;
		let states: Record<string, ArrayLike<number>> = {};
		for (const { step, loss, grad_norm, lr } of expected.train) {
			const inputs = {
				...batch(step),
				hyper: hyperAt(training, step),
				...(model.valueScheme.lambdas ? { [FIXED_LAMBDAS]: model.valueScheme.lambdas.flat() } : {}),
			};
			const result = interpret(graph, { inputs, parameters, states });
			if (step === 0) {
				const node = graph.nodes.at(-1);
				const n = graph.parameters.size;
				node?.inputs.slice(0, n).forEach((parameter, i) => {
					const found = result.valueOf(node.inputs[n + i]);
					const wanted = gradients[parameter.name];
					const scale = Math.max(...wanted.map(Math.abs));
					found.forEach((value, e) => {
						expect(Math.abs(value - wanted[e]), parameter.name).toBeLessThan(1e-6 * scale + 1e-12);
					});
				});
			}
			// hyper is float32, as the device gets it: that alone moves the losses by some 1e-8.
			expect(result.outputs.loss[0]).toBeCloseTo(loss, 6);
			expect(Math.sqrt(result.outputs.squares[0])).toBeCloseTo(grad_norm, 6);
			expect(learningRateAt(training, step)).toBeCloseTo(lr, 12);
			parameters = result.parameters;
			states = result.states;
		}
	});
});
