/** Combinations of methods at sizes drawn at random: decoding with a cache, every intervention, and config.json, in float64. */
import { describe, expect, it } from 'vitest';
import { interventionGraph } from '../../src/analysis/interventionGraph';
import { interventionInputs } from '../../src/analysis/interventions';
import { readConfig, writeConfig } from '../../src/checkpoint/config';
import { stream } from '../../src/data/random';
import { parseMethod } from '../../src/experiment/methods/names';
import { readExperiment } from '../../src/experiment/validate';
import { decodeGraph, prefillGraph } from '../../src/generation/generationGraphs';
import { interpret } from '../../src/graph/interpreter';
import { sizeOf } from '../../src/graph/tensor';
import { kvCacheBytesPerToken } from '../../src/model/costs';
import { lambdaInputs } from '../../src/model/transformer';
import type { ReplayCase } from '../../src/training/replay';
import { distance, interventionsOn, sequenceOf } from '../support/interventions';
import { plainForward } from '../support/plainForward';
import { randomCase } from '../support/randomCase';

const PARTS: readonly (readonly string[])[] = [
	['', 'resformer:constant(1.5;-0.5)', 'resformer:learnable', 'resformer:dense', 'svformer', 'neutreno', 'cross-layer', 'skipv1'],
	['', 'gate:head', 'gate:element'],
	['', 'sink:learned', 'sink:zero'],
	['', 'value-embedding'],
	['', 'qk-norm'],
	['', '', '', 'cla:2'],
	['', '', 'denseformer', 'key-residual', 'attention-residual', 'hidden-residual'],
	['', '', 'gqa:1', 'gqa:2', 'gqa:3'],
];
const COUNT = 40;
const VOCABULARY = 7;
const LENGTH = 6;

/** Defined combinations with sizes that they fit. */
function casesOf(count: number): { name: string; replayed: ReplayCase }[] {
	const random = stream(6, 'combinations');
	const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)];
	const cases: { name: string; replayed: ReplayCase }[] = [];
	while (cases.length < count) {
		const parsed = parseMethod(PARTS.map(pick).filter(Boolean).join('+') || 'vanilla');
		const heads = pick([2, 3, 4, 6]);
		const sizes = { layers: pick([3, 4]), heads, hiddenSize: heads * pick([2, 4, 6]), intermediateSize: pick([1, 5]), batchSize: 1 };
		if (!parsed.ok) continue;
		const { name } = parsed.method;
		const { experiment, problems } = readExperiment({ ...sizes, methods: [name], sequenceLength: LENGTH, steps: 1, warmupSteps: 0 });
		if (problems.length === 0) cases.push({ name, replayed: randomCase(experiment, parsed.method, VOCABULARY, 1) });
	}
	return cases;
}

describe.each(casesOf(COUNT))('$name with $replayed.model.heads heads of $replayed.model.kvHeads', ({ replayed }) => {
	const { model, weights, training } = replayed;

	it('has the logits of the whole forward pass when it is decoded from a cache of the size promised', () => {
		const random = stream(7, 'text');
		const tokens = Array.from({ length: LENGTH }, () => random.integer(VOCABULARY));
		const lambdas = lambdaInputs(model);
		const whole = interpret(prefillGraph(model, LENGTH), { inputs: { tokens, ...lambdas }, parameters: weights }).outputs.logits;
		const decode = decodeGraph(model, LENGTH);
		let states: Record<string, ArrayLike<number>> = {};
		tokens.forEach((token, position) => {
			const step = interpret(decode, { inputs: { tokens: [token], position: [position], ...lambdas }, parameters: weights, states });
			states = step.states;
			const row = whole.subarray(position * VOCABULARY, (position + 1) * VOCABULARY);
			expect(distance(step.outputs.logits, row), `position ${position}`).toBeLessThan(1e-7);
		});
		const bytes = [...decode.states.values()].reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
		expect(bytes / LENGTH).toBe(kvCacheBytesPerToken(model));
	});

	it('answers every intervention as plain loops do', () => {
		const graph = interventionGraph(model, LENGTH);
		const text = sequenceOf({ model }, LENGTH);
		for (const [kind, edit] of Object.entries(interventionsOn(replayed, LENGTH))) {
			const inputs = { ...interventionInputs(model, edit, LENGTH), ...text };
			const { logits } = interpret(graph, { inputs, parameters: weights }).outputs;
			// The inputs hold λ in float32.
			expect(distance(logits, plainForward(model, weights, text.tokens, text.targets, edit).logits.flat()), kind).toBeLessThan(2e-6);
		}
	});

	it('is read back from its config.json', () => {
		expect(readConfig(writeConfig({ model, training, sequenceLength: LENGTH, run: null }), 'config.json').model).toEqual(model);
	});
});
