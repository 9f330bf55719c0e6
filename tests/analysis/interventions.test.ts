import { describe, expect, it } from 'vitest';
import { interventionGraph } from '../../src/analysis/interventionGraph';
import { interventionInputs } from '../../src/analysis/interventions';
import { probeOutput } from '../../src/analysis/probe';
import { compile } from '../../src/compiler/compile';
import { type Plan, variantKey } from '../../src/compiler/plan';
import { PROFILES } from '../../src/compiler/profile';
import { IGNORED } from '../../src/data/task';
import { type Intervention, NO_INTERVENTION } from '../../src/experiment/interventions';
import { interpret } from '../../src/graph/interpreter';
import type { ReplayCase } from '../../src/training/replay';
import { trainerPlans } from '../../src/training/trainer';
import { distance, INTERVENED, intervenedCase, interventionsOn, norms, sequenceOf } from '../support/interventions';
import { oracleCases, readOracle } from '../support/oracle';
import { plainForward } from '../support/plainForward';

describe('the plain forward pass is float64 PyTorch’s', () => {
	it.each(oracleCases)('%s', (name) => {
		const { model, weights, batch, batchSize, length, expected } = readOracle(name);
		const { tokens, targets } = batch(0);
		const readings = Array.from({ length: batchSize }, (_, b) => {
			const part = (numbers: number[]) => numbers.slice(b * length, (b + 1) * length);
			return plainForward(model, weights, part(tokens), part(targets), NO_INTERVENTION);
		});
		const losses = readings.flatMap((reading) => reading.losses).filter((loss) => !Number.isNaN(loss));
		expect(losses.reduce((sum, loss) => sum + loss, 0) / losses.length).toBeCloseTo(expected.loss, 9);
		expect(distance(readings[0].logits[length - 1], expected.last_logits_first_row)).toBeLessThan(1e-9);
		const found = { value_norm: 'value', mixed_norm: 'mixed', hidden_norm: 'hidden' } as const;
		for (const [field, part] of Object.entries(found)) {
			const each = readings.map((reading) => norms(reading[part], model, part === 'hidden'));
			const mean = each[0].map((_, i) => each.reduce((sum, one) => sum + one[i], 0) / batchSize);
			expect(distance(mean, expected.analysis[field].flat()), field).toBeLessThan(1e-9);
		}
		// E of a sequence's token importance, from the maps themselves.
		const entropies = readings.map(({ attention }) =>
			attention.map((heads) => {
				const received = heads[0].map((_, k) => heads.flat().reduce((sum, row) => sum + row[k], 0));
				const total = received.reduce((sum, value) => sum + value, 0);
				return -received.reduce((sum, value) => sum + (value / total) * Math.log(value / total), 0);
			}),
		);
		const mean = entropies[0].map((_, n) => entropies.reduce((sum, one) => sum + one[n], 0) / batchSize);
		expect(distance(mean, expected.analysis.entropy as number[])).toBeLessThan(1e-9);
	});
});

/** The graph's outputs in float64, as far as the sequence reaches, and the plain forward pass's, by the same names. */
function both({ model, weights, length }: ReplayCase, shown: number, intervention: Intervention) {
	const { tokens, targets } = sequenceOf({ model }, shown);
	const filled = (numbers: number[], filling: number) => Array.from({ length }, (_, i) => numbers[i] ?? filling);
	const { outputs } = interpret(interventionGraph(model, length), {
		inputs: { ...interventionInputs(model, intervention, length, shown), tokens: filled(tokens, 0), targets: filled(targets, IGNORED) },
		parameters: weights,
	});
	const truth = plainForward(model, weights, tokens, targets, intervention);
	const wanted: Record<string, number[]> = { logits: truth.logits.flat(), losses: truth.losses.map((loss) => loss || 0) };
	const found: Record<string, number[]> = {};
	for (let n = 0; n < model.layers; n++) {
		wanted[probeOutput('attention', n)] = truth.attention[n].flat(2);
		for (const part of ['value', 'mixed', 'hidden'] as const) wanted[probeOutput(part, n)] = truth[part][n].flat();
	}
	for (const [name, numbers] of Object.entries(outputs)) {
		const maps = name.startsWith('attention');
		found[name] = maps
			? Array.from(numbers).filter((_, i) => i % length < shown && Math.floor(i / length) % length < shown)
			: Array.from(numbers.subarray(0, (numbers.length / length) * shown));
	}
	return { found, wanted };
}

describe('an intervened graph in float64 is the plain forward pass with the same change', () => {
	it.each(INTERVENED)('%s', (name) => {
		const intervened = intervenedCase(name);
		for (const shown of [intervened.length, 5])
			for (const [kind, intervention] of Object.entries({ none: NO_INTERVENTION, ...interventionsOn(intervened, shown) })) {
				const { found, wanted } = both(intervened, shown, intervention);
				expect(Object.keys(found).sort()).toEqual(Object.keys(wanted).sort());
				// The RoPE tables are float32, as the device gets them, and so are an input's numbers.
				for (const output of Object.keys(wanted))
					expect(distance(found[output], wanted[output]), `${kind}, ${shown} tokens: ${output}`).toBeLessThan(1e-6);
			}
	});
});

describe('the first forward pass with an intervention', () => {
	const pipelines = (plans: readonly (Plan | null)[]) =>
		new Set(plans.flatMap((plan) => plan?.dispatches ?? []).map(({ variant }) => variantKey(variant)));

	it.each(INTERVENED)('of %s waits for three pipelines at most, and needs no more memory than a step', (name) => {
		const { model, batchSize, length } = intervenedCase(name, { batchSize: 4 });
		for (const profile of PROFILES) {
			const { training, evaluation, probe } = trainerPlans(model, { batchSize, length }, { profile, maxBindingBytes: 128 * 2 ** 20 });
			const look = compile(interventionGraph(model, length), { profile });
			const known = pipelines([training, evaluation, probe]);
			expect([...pipelines([look])].filter((variant) => !known.has(variant)).length).toBeLessThanOrEqual(3);
			expect(look.statistics.activationBytes).toBeLessThan(training.statistics.activationBytes);
		}
	});
});
