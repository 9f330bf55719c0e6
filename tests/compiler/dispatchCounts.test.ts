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
	vanilla: 105,
	resformer: 115,
	'resformer:constant': 115,
	'resformer:sparse': 115,
	'resformer:learnable': 121,
	'resformer:plus': 142,
	'resformer:dense': 129,
	svformer: 108,
	neutreno: 121,
	'neutreno+resformer': 130,
	'cross-layer': 129,
	skipv1: 115,
	'gqa:2': 105,
	'cla:2': 109,
	denseformer: 142,
	'query-residual': 115,
	'key-residual': 115,
	'attention-residual': 134,
	'hidden-residual': 118,
	'value-embedding': 133,
	'qk-norm': 129,
	'sink:learned': 113,
	'sink:zero': 109,
	'gate:head': 113,
	'gate:element': 113,
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
