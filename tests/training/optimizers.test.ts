import { describe, expect, it } from 'vitest';
import { arenaOrder } from '../../src/compiler/arena';
import { compile } from '../../src/compiler/compile';
import { PROFILES } from '../../src/compiler/profile';
import { methodsOf } from '../../src/experiment/methods/names';
import { OPTIMIZERS } from '../../src/experiment/optimizers';
import { learningRateAt } from '../../src/experiment/schedule';
import { readExperiment } from '../../src/experiment/validate';
import { interpret } from '../../src/graph/interpreter';
import { gradientSquares } from '../../src/graph/ops';
import type { Tensor } from '../../src/graph/tensor';
import { lambdaInputs } from '../../src/model/transformer';
import { hyperAt } from '../../src/training/schedule';
import { trainingGraph } from '../../src/training/trainingGraphs';
import { errorOf } from '../cli/cases';
import { plainState, plainUpdate } from '../support/plainUpdate';
import { randomCase } from '../support/randomCase';

const STEPS = 4;
const SIZES = { layers: 3, heads: 3, hiddenSize: 18, intermediateSize: 33, sequenceLength: 7, batchSize: 2 };

function caseOf(fields: Record<string, unknown>) {
	const { experiment, problems } = readExperiment({ ...SIZES, steps: 6, warmupSteps: 2, ...fields });
	expect(problems).toEqual([]);
	return randomCase(experiment, methodsOf(experiment)[0], 11, STEPS);
}

const CASES = [
	{ optimizer: 'adamw', methods: ['gate:head+value-embedding'] },
	{ optimizer: 'sgd', methods: ['resformer:plus+sink:learned+gqa:1'], momentum: 0.7, learningRate: 0.05, clip: 0 },
	{ optimizer: 'sgd', methods: ['value-embedding+qk-norm+denseformer'], momentum: 0, weightDecay: 0.5, clip: 0.3 },
	{ optimizer: 'muon', methods: ['gate:head+value-embedding+resformer:learnable'], muonLearningRate: 0.07, muonMomentum: 0.6 },
	{ optimizer: 'muon', methods: ['skipv1+gate:element'], weightDecay: 0.5, clip: 0, muonMomentum: 0 },
	{ optimizer: 'muon', methods: ['vanilla'], tieWordEmbeddings: true, intermediateSize: 5, schedule: 'constant' },
];

describe('training moves every parameter as docs/METHODS.md section 1 says', () => {
	it.each(CASES)('$optimizer, $methods.0', (fields) => {
		const { model, training, weights, batch, batchSize, length } = caseOf(fields);
		const graph = trainingGraph(model, { batchSize, length, optimizer: training.optimizer });
		const order = arenaOrder(graph);
		const norm = graph.nodes.find(({ op }) => op === gradientSquares);
		const shapes = Object.fromEntries(order.map(({ name, shape }) => [name, shape]));
		const plain = plainState(weights);
		let [parameters, states]: Record<string, ArrayLike<number>>[] = [weights, {}];
		for (let step = 0; step < STEPS; step++) {
			const { inputs: tokens, targets } = batch(step);
			const result = interpret(graph, {
				inputs: { tokens, targets, hyper: hyperAt(training, step), ...lambdaInputs(model) },
				parameters,
				states,
			});
			const gradients = Object.fromEntries(order.map(({ name }, i) => [name, result.valueOf(norm?.inputs[i] as Tensor)]));
			plainUpdate(plain, gradients, shapes, { training, step, rate: learningRateAt(training, step) });
			[parameters, states] = [result.parameters, result.states];
			for (const { name } of order) {
				const [largest, error] = errorOf(result.parameters[name], plain.parameters[name]);
				// hyper is rounded to float32.
				expect(error / largest, `${name} after step ${step}`).toBeLessThan(2e-6);
			}
		}
	});
});

describe('the plan of a training step', () => {
	const planOf = (optimizer: (typeof OPTIMIZERS)[number], profile = PROFILES[2]) => {
		const { model, batchSize, length } = caseOf({ optimizer, methods: ['gate:element+value-embedding'] });
		return compile(trainingGraph(model, { batchSize, length, optimizer }), { profile });
	};

	it('needs second moments with AdamW and Muon, not with SGD', () => {
		expect(OPTIMIZERS.map((optimizer) => planOf(optimizer).arenas.secondMoments)).toEqual([true, false, true]);
		const [adamw, sgd] = [planOf('adamw'), planOf('sgd')].map(({ statistics }) => statistics);
		expect(sgd.arenaBytes / adamw.arenaBytes).toBe(3 / 4);
		expect(sgd.dispatches).toBe(adamw.dispatches);
	});

	it.each(PROFILES)('updates every part of the arena once with Muon, $name', (profile) => {
		const { arena, dispatches } = planOf('muon', profile);
		const written = dispatches
			.filter(({ kernel }) => kernel === 'adamW' || kernel === 'muonUpdate')
			.map(({ bindings: { parameters } }) => [parameters.offset / 4, (parameters.offset + parameters.bytes) / 4])
			.sort(([a], [b]) => a - b);
		const [starts, ends] = [written.map(([start]) => start), written.map(([, end]) => end)];
		expect([...starts, arena.floats]).toEqual([0, ...ends]);
		// Matrices of each layer, and the runs between them: the embedding, each layer's value embedding, the head with the vectors.
		const kernels = (name: string) => dispatches.filter(({ kernel }) => kernel === name).length;
		expect([kernels('muonUpdate'), kernels('adamW')]).toEqual([3 * 8, 1 + 3 + 1]);
	});
});
