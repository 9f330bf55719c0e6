import { stream } from '../../src/data/random';
import { defaultExperiment } from '../../src/experiment/fields';
import { SCHEME_NAMES, SCHEMES } from '../../src/experiment/methods';
import { METHODS } from '../../src/experiment/methods/catalogue';
import { parseMethod } from '../../src/experiment/methods/names';
import { sizeOf } from '../../src/graph/tensor';
import type { ModelConfig } from '../../src/model/config';
import { modelConfig } from '../../src/model/experimentModel';
import { parametersOf } from '../../src/model/parameters';

/** One name for each value scheme but `own`. */
const SCHEMES_BY_NAME = SCHEME_NAMES.filter((scheme) => scheme !== 'own').map((scheme) => SCHEMES[scheme].catalogue[0].name);

/** Every method of the catalogue, every scheme with shared heads and with depth weights, and both ways to share K and V. */
export const METHOD_NAMES = [
	...METHODS.map(({ name }) => name),
	...SCHEMES_BY_NAME.flatMap((name) => [`gqa:2+${name}`, `denseformer+${name}`]),
	'gqa:2+cla:3',
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
