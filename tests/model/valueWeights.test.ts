/** A scheme's list of weights against its own formula, for every method of the catalogue. */
import { describe, expect, it } from 'vitest';
import { interventionGraph } from '../../src/analysis/interventionGraph';
import { controlsOf, interventionInputs } from '../../src/analysis/interventions';
import { NO_INTERVENTION } from '../../src/experiment/interventions';
import type { LambdaEdit } from '../../src/experiment/interventions/lambdas';
import { METHODS } from '../../src/experiment/methods/catalogue';
import { interpret } from '../../src/graph/interpreter';
import { valueScheme } from '../../src/model/values';
import { distance, intervenedCase, sequenceOf } from '../support/interventions';

describe.each(METHODS)('$name', ({ name }) => {
	const intervened = intervenedCase(name, { heads: 4, hiddenSize: 24, layers: 3 });
	const { model, weights, length } = intervened;
	const { tokens, targets } = sequenceOf(intervened, length);
	const graph = interventionGraph(model, length);
	const logits = (lambdas: LambdaEdit[], withoutFirstValues = false) =>
		interpret(graph, {
			inputs: { ...interventionInputs(model, { ...NO_INTERVENTION, lambdas, withoutFirstValues }, length), tokens, targets },
			parameters: weights,
		}).outputs.logits;
	const controls = controlsOf(model, weights);

	it('has one weight on each value of a layer', () => {
		for (let layer = 1; layer < model.layers; layer++) {
			const places = valueScheme(model.valueScheme.name)
				.weights(model, layer)
				.map(({ on }) => on);
			expect(new Set(places).size).toBe(places.length);
			for (const on of places) if (typeof on === 'number') expect(on).toBeLessThanOrEqual(layer);
		}
	});

	it.runIf(controls.length > 0)(
		'computes the same when a weight is replaced by the value that it reports, and something else otherwise',
		() => {
			const untouched = logits([]);
			for (const { layer, index, value } of controls) {
				expect(distance(logits([{ layer, index, value }]), untouched)).toBeLessThan(1e-6);
				expect(distance(logits([{ layer, index, value: value + 1 }]), untouched)).toBeGreaterThan(1e-4);
			}
		},
	);

	it.runIf(controls.length > 0)('without V₁ computes the same as with its weights at 0', () => {
		const onFirst = controls.filter(({ layer, index }) => {
			const { on } = valueScheme(model.valueScheme.name).weights(model, layer)[index];
			return on === 0 || on === 'beside' || on === 'pull';
		});
		const edits = onFirst.map(({ layer, index }) => ({ layer, index, value: 0 }));
		expect(distance(logits([], true), logits(edits))).toBe(0);
	});
});
