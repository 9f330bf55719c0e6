import { describe, expect, it } from 'vitest';
import { analysisOf, oracleFields } from '../../src/analysis/analysis';
import { probeGraph } from '../../src/analysis/probe';
import { joinStates, type ProbeStates, probeStates } from '../../src/analysis/states';
import { interpret } from '../../src/graph/interpreter';
import { lambdaInputs } from '../../src/model/transformer';
import { oracleCases, readOracle } from '../support/oracle';
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
