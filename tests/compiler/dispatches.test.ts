/** A method without the parts that were added later takes no dispatch more than it did without them. */
import { expect, it } from 'vitest';
import { PROFILES } from '../../src/compiler/profile';
import { parseMethod } from '../../src/experiment/methods/names';
import { readExperiment } from '../../src/experiment/validate';
import { modelConfig } from '../../src/model/experimentModel';
import { trainerPlans } from '../../src/training/trainer';

/**
 * Dispatches of a training step and of a validation, for every method that the catalogue had at commit 9b51d13, before gates, sinks and
 * norms. Made there with `trainerPlans(modelConfig(experiment, method, 90), { batchSize: 16, length: 64 }, { profile, maxBindingBytes:
 * 2 ** 30 })` and the sizes below: `training.dispatches.length` and `evaluation.dispatches.length`. Both sizes of subgroups have the same.
 * Fusions have lowered them since; `dispatchCounts.test.ts` has the present ones.
 */
const BEFORE: Record<string, Record<'subgroup' | 'tiled', [training: number, evaluation: number]>> = {
	vanilla: { subgroup: [167, 59], tiled: [196, 59] },
	resformer: { subgroup: [177, 62], tiled: [206, 62] },
	'resformer:constant': { subgroup: [177, 62], tiled: [206, 62] },
	'resformer:sparse': { subgroup: [177, 62], tiled: [206, 62] },
	'resformer:learnable': { subgroup: [186, 62], tiled: [215, 62] },
	'resformer:plus': { subgroup: [205, 68], tiled: [234, 68] },
	'resformer:dense': { subgroup: [194, 64], tiled: [223, 64] },
	svformer: { subgroup: [161, 56], tiled: [187, 56] },
	neutreno: { subgroup: [183, 65], tiled: [212, 65] },
	'neutreno+resformer': { subgroup: [192, 68], tiled: [221, 68] },
	'cross-layer': { subgroup: [187, 65], tiled: [216, 65] },
	'gqa:2': { subgroup: [167, 59], tiled: [196, 59] },
	'cla:2': { subgroup: [155, 53], tiled: [180, 53] },
	denseformer: { subgroup: [208, 67], tiled: [237, 67] },
	'query-residual': { subgroup: [177, 62], tiled: [206, 62] },
	'key-residual': { subgroup: [177, 62], tiled: [206, 62] },
	'attention-residual': { subgroup: [194, 65], tiled: [223, 65] },
	'hidden-residual': { subgroup: [180, 63], tiled: [209, 63] },
};

const { experiment } = readExperiment({
	layers: 4,
	heads: 4,
	hiddenSize: 64,
	intermediateSize: 192,
	sequenceLength: 64,
	batchSize: 16,
});

it.each(Object.entries(BEFORE))(
	'%s takes at most as many dispatches as before gates, sinks and norms, with every family of kernels',
	(name, before) => {
		const result = parseMethod(name);
		if (!result.ok) throw new Error(result.message);
		const { batchSize, sequenceLength: length, optimizer } = experiment;
		for (const profile of PROFILES) {
			const config = modelConfig(experiment, result.method, 90);
			const { training, evaluation } = trainerPlans(config, { batchSize, length, optimizer }, { profile, maxBindingBytes: 2 ** 30 });
			const [steps, validation] = before[profile.name === 'tiled' ? 'tiled' : 'subgroup'];
			expect(training.dispatches.length, profile.name).toBeLessThanOrEqual(steps);
			expect(evaluation.dispatches.length, profile.name).toBeLessThanOrEqual(validation);
		}
	},
);
