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

/**
 * A training step of the default experiment's four layers on GPUs and on software adapters; vanilla took 196 without fusions of
 * products and sums.
 */
const MOST: Readonly<Record<string, readonly [tiled: number, subgroups: number]>> = {
	vanilla: [66, 67],
	resformer: [76, 77],
	'resformer:constant': [76, 77],
	'resformer:sparse': [76, 77],
	'resformer:learnable': [82, 83],
	'resformer:plus': [103, 104],
	'resformer:dense': [90, 91],
	svformer: [69, 70],
	neutreno: [82, 83],
	'neutreno+resformer': [91, 92],
	'cross-layer': [94, 95],
	skipv1: [76, 77],
	'gqa:2': [66, 67],
	'cla:2': [76, 77],
	denseformer: [103, 108],
	'query-residual': [84, 85],
	'key-residual': [84, 85],
	'attention-residual': [92, 93],
	'hidden-residual': [79, 84],
	'value-embedding': [94, 95],
	'qk-norm': [98, 99],
	'sink:learned': [74, 75],
	'sink:zero': [70, 71],
	'gate:head': [81, 82],
	'gate:element': [81, 82],
};

function dispatches(name: string, profile: (typeof PROFILES)[number]): number {
	const parsed = parseMethod(name);
	if (!parsed.ok) throw new Error(parsed.message);
	return compile(trainingGraph(modelConfig(preset, parsed.method, 89), shape), { profile }).dispatches.length;
}

describe.each(PROFILES)('dispatches of a step with the $name kernels', (profile) => {
	it.each(METHODS.map(({ name }) => name))('%s', (name) => {
		expect(dispatches(name, profile), `${name} is in the table`).toBeLessThanOrEqual(
			MOST[name]?.[profile.subgroupLanes === 0 ? 0 : 1] ?? 0,
		);
	});
});
