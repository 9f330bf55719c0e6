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
	vanilla: [72, 89],
	resformer: [82, 99],
	'resformer:constant': [82, 99],
	'resformer:sparse': [82, 99],
	'resformer:learnable': [88, 105],
	'resformer:plus': [109, 126],
	'resformer:dense': [96, 113],
	svformer: [75, 92],
	neutreno: [88, 105],
	'neutreno+resformer': [97, 114],
	'cross-layer': [96, 113],
	skipv1: [82, 99],
	'gqa:2': [72, 89],
	'cla:2': [78, 95],
	denseformer: [109, 126],
	'query-residual': [86, 103],
	'key-residual': [86, 103],
	'attention-residual': [101, 118],
	'hidden-residual': [85, 102],
	'value-embedding': [100, 117],
	'qk-norm': [104, 121],
	'sink:learned': [80, 97],
	'sink:zero': [76, 93],
	'gate:head': [87, 97],
	'gate:element': [87, 97],
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
