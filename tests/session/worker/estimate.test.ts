import { describe, expect, it } from 'vitest';
import { profileFor } from '../../../src/compiler/profile';
import { readExperiment } from '../../../src/experiment/validate';
import { estimateOf } from '../../../src/session/worker/estimate';
import type { Workbench } from '../../../src/training/workbench';

/** A device that binds at most so many MiB. */
const device = (mebibytes: number) =>
	({ profile: profileFor({ software: true, subgroupSize: 0 }), maxBindingBytes: mebibytes * 2 ** 20 }) as Workbench['adapter'];

async function problemsOf(fields: Record<string, unknown>, mebibytes: number) {
	const { experiment, problems } = readExperiment({ task: 'copy', methods: ['vanilla'], ...fields });
	expect(problems).toEqual([]);
	return (await estimateOf(experiment, async () => device(mebibytes))).problems;
}

describe('an experiment that cannot fit', () => {
	const large = { hiddenSize: 256, intermediateSize: 512, heads: 4, layers: 4, sequenceLength: 64 };

	it('names the weights’ limit, and the field that lowers them', async () => {
		expect(await problemsOf({ ...large, batchSize: 1 }, 1)).toEqual([
			{
				field: 'hiddenSize',
				message: expect.stringMatching(/^Vanilla: the parameters take .* binds at most 1 MiB: lower layers, hiddenSize/),
			},
		]);
	});

	it('names the batch where that is what takes the memory', async () => {
		expect(await problemsOf({ ...large, layers: 1, batchSize: 64 }, 4)).toEqual([
			{ field: 'batchSize', message: expect.stringMatching(/^Vanilla: .* binds at most 4 MiB: lower batchSize/) },
		]);
	});

	it('has no problems where it fits', async () => {
		expect(await problemsOf({ ...large, batchSize: 4 }, 128)).toEqual([]);
	});
});
