import { stream } from '../../src/data/random';
import { defaultExperiment } from '../../src/experiment/fields';
import { parseMethod } from '../../src/experiment/methods/names';
import { sizeOf } from '../../src/graph/tensor';
import type { ModelConfig } from '../../src/model/config';
import { modelConfig } from '../../src/model/experimentModel';
import { parametersOf } from '../../src/model/parameters';

/** Every method that the model room has, alone, with shared heads, and combined. */
export const METHODS = [
	'vanilla',
	'resformer',
	'resformer:constant',
	'resformer:sparse',
	'resformer:learnable',
	'resformer:plus',
	'resformer:dense',
	'svformer',
	'neutreno',
	'neutreno+resformer',
	'cross-layer',
	'denseformer',
	'cla:2',
	'gqa:2',
	'gqa:2+resformer',
	'gqa:2+svformer',
	'gqa:2+neutreno',
	'gqa:2+cross-layer',
	'gqa:2+cla:3',
	'denseformer+svformer',
	'query-residual',
	'key-residual',
	'attention-residual',
	'hidden-residual',
	'skipv1',
	'gqa:2+skipv1',
	'value-embedding',
	'cla:3+value-embedding+qk-norm',
	'gqa:2+qk-norm',
	'sink:learned',
	'sink:zero+cross-layer',
	'gate:head',
	'gate:element+neutreno',
	'skipv1+value-embedding+qk-norm+sink:learned+gate:head+denseformer',
	'svformer+value-embedding+gate:element',
];

/** A small model of a method: 4 layers of 4 heads of 6, so that heads are no whole vec4s. */
export function smallModel(name: string): ModelConfig {
	const parsed = parseMethod(name);
	if (!parsed.ok) throw new Error(`${name}: ${parsed.message}`);
	const experiment = { ...defaultExperiment(), layers: 4, heads: 4, hiddenSize: 24, intermediateSize: 36 };
	return modelConfig(experiment, parsed.method, 19);
}

/** Weights at which every part matters: what starts at 0 or 1 is moved too. */
export function randomWeights(config: ModelConfig, seed = 1): Record<string, Float32Array> {
	return Object.fromEntries(
		[...parametersOf(config)].map(([name, { shape, start }]) => {
			const random = stream(seed, name);
			return [
				name,
				Float32Array.from({ length: sizeOf(shape) }, (_, i) => ('values' in start ? start.values[i] : 0) + 0.2 * random.normal()),
			];
		}),
	);
}

/** Tokens 0..18. */
export const randomTokens = (count: number, seed = 2): number[] => {
	const random = stream(seed, 'tokens');
	return Array.from({ length: count }, () => random.integer(19));
};
