import { describe, expect, it } from 'vitest';
import type { TrainingConfig } from '../../src/checkpoint/trainingConfig';
import { arenaOrder } from '../../src/compiler/arena';
import { learningRateAt } from '../../src/experiment/schedule';
import type { Graph } from '../../src/graph/graph';
import { interpret } from '../../src/graph/interpreter';
import { gradientSquares } from '../../src/graph/ops';
import type { Tensor } from '../../src/graph/tensor';
import type { ModelConfig } from '../../src/model/config';
import { lambdaInputs } from '../../src/model/transformer';
import { hyperAt } from '../../src/training/schedule';
import { trainingGraph } from '../../src/training/trainingGraphs';
import { oracleCases, readOracle } from '../support/oracle';

/** The graph's RoPE tables are rounded to float32 for the device, which moves losses by some 1e-8, and gradient norms after Adam by 1e-6. */
function exactRope(graph: Graph, { hiddenSize, heads, ropeTheta }: ModelConfig): void {
	const half = hiddenSize / heads / 2;
	for (const wave of ['cos', 'sin'] as const) {
		const table = graph.constants.get(`rope ${wave}`);
		if (!table) throw new Error(`the graph has no rope ${wave}`);
		const exact = Float64Array.from(table.numbers, (_, i) => Math[wave](Math.floor(i / half) / ropeTheta ** ((i % half) / half)));
		exact.forEach((value, i) => {
			expect(Math.abs(value - table.numbers[i])).toBeLessThan(1e-7);
		});
		Object.assign(table, { numbers: exact });
	}
}

/** `hyperAt` before it is rounded to float32. */
function exactHyper(training: TrainingConfig, step: number): Float64Array {
	const { beta1, beta2, weightDecay, epsilon, clip, optimizer, momentum, muonLearningRate, muonMomentum } = training;
	const corrections = [1 - beta1 ** (step + 1), 1 - beta2 ** (step + 1)];
	const rate = learningRateAt(training, step);
	const muonRate = optimizer === 'muon' ? (muonLearningRate * rate) / training.learningRate : 0;
	return Float64Array.of(rate, ...corrections, weightDecay, beta1, beta2, epsilon, clip, momentum, muonRate, muonMomentum);
}

describe('the float64 interpreter trains like float64 PyTorch', () => {
	it('has every case', () => expect(oracleCases).toHaveLength(48));

	it.each(oracleCases)('%s', (name) => {
		const { model, training, weights, gradients, length, batchSize, batch, expected } = readOracle(name);
		const graph = trainingGraph(model, { batchSize, length, optimizer: training.optimizer });
		exactRope(graph, model);
		let parameters: Record<string, ArrayLike<number>> = weights;
		let states: Record<string, ArrayLike<number>> = {};
		expect([...graph.parameters.keys()].sort()).toEqual(Object.keys(weights).sort());
		for (const { step, loss, grad_norm, lr } of expected.train) {
			const hyper = exactHyper(training, step);
			expect(hyperAt(training, step)).toEqual(Float32Array.from(hyper));
			const result = interpret(graph, { inputs: { ...batch(step), hyper, ...lambdaInputs(model) }, parameters, states });
			if (step === 0) {
				const norm = graph.nodes.find(({ op }) => op === gradientSquares);
				arenaOrder(graph).forEach((parameter, i) => {
					const found = result.valueOf(norm?.inputs[i] as Tensor);
					// The oracle's gradients are stored in float32.
					const wanted = gradients[parameter.name];
					const scale = Math.max(...wanted.map(Math.abs));
					found.forEach((value, e) => {
						expect(Math.abs(value - wanted[e]), parameter.name).toBeLessThan(1e-7 * scale + 1e-12);
					});
				});
			}
			// hidden-residual amplifies what float64 rounds off.
			const digits = name === 'hidden-residual' ? 8 : 10;
			expect(result.outputs.loss[0]).toBeCloseTo(loss, digits);
			expect(Math.sqrt(result.outputs.squares[0])).toBeCloseTo(grad_norm, digits);
			expect(learningRateAt(training, step)).toBeCloseTo(lr, 12);
			parameters = result.parameters;
			states = result.states;
		}
	});
});
