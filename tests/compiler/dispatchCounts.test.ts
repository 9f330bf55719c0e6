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
	vanilla: [66, 79],
	resformer: [76, 89],
	'resformer:constant': [76, 89],
	'resformer:sparse': [76, 89],
	'resformer:learnable': [82, 95],
	'resformer:plus': [103, 116],
	'resformer:dense': [90, 103],
	svformer: [69, 82],
	neutreno: [82, 95],
	'neutreno+resformer': [91, 104],
	'cross-layer': [94, 107],
	skipv1: [76, 89],
	'gqa:2': [66, 79],
	'cla:2': [76, 89],
	denseformer: [103, 120],
	'query-residual': [84, 97],
	'key-residual': [84, 97],
	'attention-residual': [92, 108],
	'hidden-residual': [79, 96],
	'value-embedding': [94, 107],
	'qk-norm': [98, 111],
	'sink:learned': [74, 87],
	'sink:zero': [70, 83],
	'gate:head': [81, 94],
	'gate:element': [81, 94],
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
