import { describe, expect, it } from 'vitest';
import { analysisOf, oracleFields } from '../../src/analysis/analysis';
import { probeGraph, probeOutput } from '../../src/analysis/probe';
import { joinStates, type ProbeStates, probeStates } from '../../src/analysis/states';
import { NO_INTERVENTION } from '../../src/experiment/interventions';
import { interpret } from '../../src/graph/interpreter';
import { lambdaInputs } from '../../src/model/transformer';
import { distance } from '../support/interventions';
import { oracleCases, readOracle } from '../support/oracle';
import { plainForward } from '../support/plainForward';
import { largestError } from './errors';

type Case = ReturnType<typeof readOracle>;

/** States of sequences `from` to `to` of batch 0, without those before `kept`. */
function probed({ model, weights, length, batch }: Case, from: number, to: number, kept = from): ProbeStates {
	const tokens = batch(0).tokens.slice(from * length, to * length);
	const graph = probeGraph(model, to - from, length);
	const { outputs } = interpret(graph, { inputs: { tokens, ...lambdaInputs(model) }, parameters: weights });
	return probeStates(model, { batchSize: to - from, length }, outputs, kept - from);
}

const errorOf = ({ model, expected }: Case, states: ProbeStates): number =>
	largestError(oracleFields(analysisOf(model, states, { costly: true })), expected.analysis);

describe('every measurement is what float64 PyTorch finds', () => {
	// The RoPE tables are float32, as the device gets them: that alone is some 1e-8.
	it.each(oracleCases)('%s', (name) => {
		const found = readOracle(name);
		expect(errorOf(found, probed(found, 0, found.batchSize))).toBeLessThan(1e-7);
	});

	it.each(['sinks', 'cross-layer', 'gqa-cla2'])('%s, its batch in parts that overlap', (name) => {
		const found = readOracle(name);
		expect(errorOf(found, joinStates([probed(found, 0, 2), probed(found, 1, 3, 2)]))).toBeLessThan(1e-7);
	});
});

describe('the attention update that is measured is what a plain forward pass adds to h', () => {
	it.each(oracleCases)('%s', (name) => {
		const { model, weights, length, batch } = readOracle(name);
		const [tokens, targets] = [batch(0).tokens, batch(0).targets].map((numbers) => numbers.slice(0, length));
		const { outputs } = interpret(probeGraph(model, 1, length, ['update']), {
			inputs: { tokens, ...lambdaInputs(model) },
			parameters: weights,
		});
		const { update } = plainForward(model, weights, tokens, targets, NO_INTERVENTION);
		for (let n = 0; n < model.layers; n++) expect(distance(outputs[probeOutput('update', n)], update[n].flat())).toBeLessThan(1e-7);
	});
});
