/** A model of vectors (docs/METHODS.md section 1) against plain loops in float64: its loss, its gradients and a whole step. */
import { describe, expect, it } from 'vitest';
import { probeGraph } from '../../src/analysis/probe';
import { arenaLayout, arenaOrder } from '../../src/compiler/arena';
import { stream } from '../../src/data/random';
import type { Batch } from '../../src/data/task';
import { createTask } from '../../src/data/tasks';
import { NO_INTERVENTION } from '../../src/experiment/interventions';
import { methodsOf } from '../../src/experiment/methods/names';
import { learningRateAt } from '../../src/experiment/schedule';
import { readExperiment } from '../../src/experiment/validate';
import { interpret } from '../../src/graph/interpreter';
import { gradientSquares } from '../../src/graph/ops';
import type { Tensor } from '../../src/graph/tensor';
import { modelConfig } from '../../src/model/experimentModel';
import { parameterShapes } from '../../src/model/parameters';
import { lambdaInputs } from '../../src/model/transformer';
import { batchInputs } from '../../src/training/batchInputs';
import { initialWeights } from '../../src/training/initialize';
import { trainingConfig } from '../../src/training/run';
import { hyperAt } from '../../src/training/schedule';
import { evaluationGraph, trainingGraph } from '../../src/training/trainingGraphs';
import { errorOf } from '../cli/cases';
import { type PlainVectors, plainForward } from '../support/plainForward';
import { plainState, plainUpdate } from '../support/plainUpdate';

/** RoPE's tables are rounded to float32. */
const DIGITS = 7;

const SIZES = { layers: 2, heads: 3, hiddenSize: 18, intermediateSize: 10, sequenceLength: 5, batchSize: 2, steps: 4, warmupSteps: 1 };

function caseOf(fields: object) {
	const { experiment, problems } = readExperiment({ task: 'trigger-conditional', ...SIZES, ...fields });
	expect(problems).toEqual([]);
	const task = createTask(experiment, '');
	const model = modelConfig(experiment, methodsOf(experiment)[0], task.vocabularySize);
	const weights = initialWeights(model, 7);
	for (const [key, numbers] of Object.entries(weights)) {
		const random = stream(8, 'noise', key);
		numbers.forEach((value, i) => {
			numbers[i] = value + 0.15 * random.normal();
		});
	}
	const training = trainingConfig(experiment);
	return { model, weights, training, batch: task.trainingBatch(1, 0), shape: { batchSize: 2, length: 5, optimizer: training.optimizer } };
}

/** The sequences of a batch for `plainForward`. */
function sequencesOf({ vectors, batchSize, sequenceLength }: Batch): PlainVectors[] {
	const size = (vectors as { inputs: Float32Array }).inputs.length / batchSize / sequenceLength;
	const rows = (numbers: Float32Array, b: number) =>
		Array.from({ length: sequenceLength }, (_, t) => {
			const at = (b * sequenceLength + t) * size;
			return Array.from(numbers.subarray(at, at + size));
		});
	const { inputs, targets } = vectors as { inputs: Float32Array; targets: Float32Array };
	return Array.from({ length: batchSize }, (_, b) => ({ inputs: rows(inputs, b), targets: rows(targets, b) }));
}

const lossesOf = ({ model, batch }: ReturnType<typeof caseOf>, weights: Record<string, ArrayLike<number>>): number[] =>
	sequencesOf(batch).flatMap((vectors) => plainForward(model, weights, [0, 0, 0, 0, 0], [], NO_INTERVENTION, vectors).losses);

const mean = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;

const CASES = [
	{ methods: ['vanilla'] },
	{ methods: ['gate:head+resformer:learnable'], optimizer: 'sgd' },
	{ methods: ['sink:learned+svformer'], optimizer: 'muon' },
];

describe.each(CASES)('$methods.0 on vectors', (fields) => {
	const made = caseOf(fields);
	const { model, weights, training, batch, shape } = made;
	const inputs = { ...batchInputs(batch), ...lambdaInputs(model) };

	it('has the losses of the plain forward pass', () => {
		const { outputs } = interpret(evaluationGraph(model, shape), { inputs, parameters: weights });
		const wanted = lossesOf(made, weights);
		wanted.forEach((loss, i) => {
			expect(outputs.losses[i]).toBeCloseTo(loss, DIGITS);
		});
		expect(outputs.loss[0]).toBeCloseTo(mean(wanted), DIGITS);
		expect(outputs).not.toHaveProperty('correct');
	});

	it('takes a step with the gradients of that loss, and decays its input and output as matrices', () => {
		const graph = trainingGraph(model, shape);
		const order = arenaOrder(graph);
		const result = interpret(graph, { inputs: { ...inputs, hyper: hyperAt(training, 0) }, parameters: weights });
		expect(result.outputs.loss[0]).toBeCloseTo(mean(lossesOf(made, weights)), DIGITS);
		const norm = graph.nodes.find(({ op }) => op === gradientSquares);
		const gradients = Object.fromEntries(order.map(({ name }, i) => [name, result.valueOf(norm?.inputs[i] as Tensor)]));
		for (const [name, gradient] of Object.entries(gradients)) {
			const random = stream(3, 'direction', name);
			const along = Float64Array.from(gradient, () => random.normal());
			const moved = (shift: number) => ({ ...weights, [name]: Float64Array.from(weights[name], (value, i) => value + shift * along[i]) });
			const difference = (mean(lossesOf(made, moved(1e-5))) - mean(lossesOf(made, moved(-1e-5)))) / 2e-5;
			const product = gradient.reduce((sum, value, i) => sum + value * along[i], 0);
			expect(Math.abs(product - difference), name).toBeLessThan(1e-6 * Math.max(1, Math.abs(difference)));
		}
		const plain = plainState(weights);
		const shapes = Object.fromEntries(parameterShapes(model));
		plainUpdate(plain, gradients, shapes, { training, step: 0, rate: learningRateAt(training, 0) });
		for (const { name } of order) {
			const [largest, error] = errorOf(result.parameters[name], plain.parameters[name]);
			// hyper is rounded to float32.
			expect(error / largest, name).toBeLessThan(2e-6);
		}
	});
});

it('the input and the output are matrices without bias, in place of embedding and head', () => {
	const { model } = caseOf({ methods: ['vanilla'] });
	const names = [...parameterShapes(model)];
	expect(names[0]).toEqual(['model.input.weight', [18, 16]]);
	expect(names.at(-1)).toEqual(['model.output.weight', [16, 18]]);
	expect(names.map(([name]) => name).filter((name) => /bias|embed|lm_head/.test(name))).toEqual([]);
	const { entries, decayed } = arenaLayout(evaluationGraph(model, { batchSize: 1, length: 3 }));
	expect(entries.slice(0, decayed).map(({ name }) => name)).toEqual(expect.arrayContaining(['model.input.weight', 'model.output.weight']));
});

it('a probe reads the vectors of a batch', () => {
	const { model, weights, batch } = caseOf({ methods: ['vanilla'] });
	const { outputs } = interpret(probeGraph(model, 2, 5), { inputs: batchInputs(batch), parameters: weights });
	sequencesOf(batch).forEach((vectors, b) => {
		const { attention } = plainForward(model, weights, [0, 0, 0, 0, 0], [], NO_INTERVENTION, vectors);
		attention[1].flat(2).forEach((value, i) => {
			expect(outputs['attention.1'][b * 3 * 25 + i]).toBeCloseTo(value, DIGITS);
		});
	});
});
