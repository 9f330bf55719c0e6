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
	vanilla: 125,
	resformer: 135,
	'resformer:constant': 135,
	'resformer:sparse': 135,
	'resformer:learnable': 141,
	'resformer:plus': 162,
	'resformer:dense': 149,
	svformer: 125,
	neutreno: 141,
	'neutreno+resformer': 150,
	'cross-layer': 145,
	skipv1: 135,
	'gqa:2': 125,
	'cla:2': 121,
	denseformer: 162,
	'query-residual': 135,
	'key-residual': 135,
	'attention-residual': 152,
	'hidden-residual': 138,
	'value-embedding': 153,
	'qk-norm': 149,
	'sink:learned': 133,
	'sink:zero': 129,
	'gate:head': 137,
	'gate:element': 137,
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
