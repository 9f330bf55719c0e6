/** On a GPU a small model's step takes as long as its dispatches: each method's number of them may only fall. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile';
import { PROFILES } from '../../src/compiler/profile';
import { METHODS } from '../../src/experiment/methods/catalogue';
import { parseMethod } from '../../src/experiment/methods/names';
import { findPreset } from '../../src/experiment/presets';
import type { Experiment } from '../../src/experiment/types';
import { modelConfig } from '../../src/model/experimentModel';
import { trainingGraph } from '../../src/training/trainingGraphs';

const preset = (findPreset('default') as { experiment: Experiment }).experiment;
const shape = { batchSize: preset.batchSize, length: preset.sequenceLength };

/** A training step of the default experiment's four layers; vanilla took 196 without fusions of products and sums. */
const MOST: Readonly<Record<string, number>> = {
	vanilla: 113,
	resformer: 123,
	'resformer:constant': 123,
	'resformer:sparse': 123,
	'resformer:learnable': 129,
	'resformer:plus': 150,
	'resformer:dense': 137,
	svformer: 116,
	neutreno: 129,
	'neutreno+resformer': 138,
	'cross-layer': 133,
	skipv1: 123,
	'gqa:2': 113,
	'cla:2': 113,
	denseformer: 150,
	'query-residual': 123,
	'key-residual': 123,
	'attention-residual': 140,
	'hidden-residual': 126,
	'value-embedding': 141,
	'qk-norm': 137,
	'sink:learned': 121,
	'sink:zero': 117,
	'gate:head': 121,
	'gate:element': 121,
};

function dispatches(name: string, profile: (typeof PROFILES)[number]): number {
	const parsed = parseMethod(name);
	if (!parsed.ok) throw new Error(parsed.message);
	return compile(trainingGraph(modelConfig(preset, parsed.method, 89), shape), { profile }).dispatches.length;
}

describe.each(PROFILES)('dispatches of a step with the $name kernels', (profile) => {
	it.each(METHODS.map(({ name }) => name))('%s', (name) => {
		expect(dispatches(name, profile), `${name} is in the table`).toBeLessThanOrEqual(MOST[name] ?? 0);
	});
});
