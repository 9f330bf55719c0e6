import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile';
import { profileNamed } from '../../src/compiler/profile';
import { cacheName, decodeGraph, prefillGraph } from '../../src/generation/generationGraphs';
import { Graph } from '../../src/graph/graph';
import { interpret } from '../../src/graph/interpreter';
import { add, cacheWrite } from '../../src/graph/ops';
import { sizeOf } from '../../src/graph/tensor';
import { kvCacheBytesPerToken } from '../../src/model/costs';
import { lambdaInputs } from '../../src/model/transformer';
import { METHODS, randomTokens, randomWeights, smallModel } from './methods';

const LENGTH = 9;

describe.each(METHODS)('%s with a KV cache, in float64', (name) => {
	const config = smallModel(name);
	const decode = decodeGraph(config, LENGTH);

	it('gives the full forward pass’s logits, token by token and after a prefill', () => {
		const parameters = randomWeights(config);
		const lambdas = lambdaInputs(config);
		const tokens = randomTokens(LENGTH);
		const full = interpret(prefillGraph(config, LENGTH), { inputs: { tokens, ...lambdas }, parameters }).outputs;
		const run = (states: Record<string, ArrayLike<number>>, first: number) => {
			for (let position = first; position < LENGTH; position++) {
				const step = interpret(decode, { inputs: { tokens: [tokens[position]], position: [position], ...lambdas }, parameters, states });
				states = step.states;
				const row = full.logits.subarray(position * 19, (position + 1) * 19);
				expect(Math.max(...row.map((logit, i) => Math.abs(logit - step.outputs.logits[i])))).toBeLessThan(1e-9);
			}
		};
		run({}, 0);
		const names = [...decode.states.keys()];
		// Cache entries after the prompt are of other tokens: decoding must not read them.
		const prompt = tokens.map((token, i) => (i < 5 ? token : (token + 7) % 19));
		const prefilled = interpret(prefillGraph(config, LENGTH), { inputs: { tokens: prompt, ...lambdas }, parameters }).outputs;
		run(Object.fromEntries(names.map((cache) => [cache, prefilled[cache]])), 5);
	});

	it('stores as many numbers as the costs state', () => {
		const stored = [...decode.states.values()].reduce((sum, { shape }) => sum + sizeOf(shape) * 4, 0);
		expect(stored / LENGTH).toBe(kvCacheBytesPerToken(config));
		const prefilled = [...prefillGraph(config, LENGTH).outputs].filter(([output]) => output !== 'logits');
		expect(prefilled.map(([output, { shape }]) => [output, shape])).toEqual([...decode.states].map(([state, { shape }]) => [state, shape]));
	});
});

describe('caches in a plan', () => {
	it('live in buffers that nothing else uses', () => {
		const plan = compile(decodeGraph(smallModel('gqa:2'), 16), { profile: profileNamed('tiled') });
		for (let i = 0; i < 8; i++) expect(plan.buffers[plan.tensors[cacheName(i)].buffer as number].holds).toHaveLength(1);
	});

	it('may not be read in the state before the write', () => {
		const graph = new Graph();
		const cache = graph.state('cache', [4, 8]);
		const [written] = graph.apply(cacheWrite, [cache, graph.input('row', [1, 8]), graph.input('position', [1], 'i32')]);
		graph.output('sum', graph.apply(add, [cache, written])[0]);
		expect(() => compile(graph, { profile: profileNamed('tiled') })).toThrow(/cacheWrite overwrites cache\[4×8\]/);
	});
});
