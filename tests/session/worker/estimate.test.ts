import { describe, expect, it } from 'vitest';
import { profileFor } from '../../../src/compiler/profile';
import { sweepPoints } from '../../../src/experiment/sweep';
import { readExperiment } from '../../../src/experiment/validate';
import type { GpuContext } from '../../../src/gpu/gpuContext';
import { estimateOf } from '../../../src/session/worker/estimate';

/** A device that binds at most so many MiB. */
const device = (mebibytes: number) =>
	({ profile: profileFor({ software: true, subgroupSize: 0 }), maxBindingBytes: mebibytes * 2 ** 20 }) as GpuContext['adapter'];

const UNKNOWN = { speed: null, secondsPerStep: () => null };

async function problemsOf(fields: Record<string, unknown>, mebibytes: number) {
	const { experiment, problems } = readExperiment({ task: 'copy', methods: ['vanilla'], ...fields });
	expect(problems).toEqual([]);
	return (await estimateOf(experiment, async () => device(mebibytes), UNKNOWN)).problems;
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

	it('names the batch size if that is what needs the memory', async () => {
		expect(await problemsOf({ ...large, layers: 1, batchSize: 64 }, 4)).toEqual([
			{ field: 'batchSize', message: expect.stringMatching(/^Vanilla: .* binds at most 4 MiB: lower batchSize/) },
		]);
	});

	it('fits if it is computed in enough parts, whose memory the estimate then has', async () => {
		const whole = { ...large, intermediateSize: 600, layers: 1, batchSize: 1024 };
		expect(await problemsOf(whole, 128)).toHaveLength(1);
		expect(await problemsOf({ ...whole, microBatches: 8 }, 128)).toEqual([]);
		const bytes = await Promise.all(
			[2, 4, 16].map(async (microBatches) => {
				const { experiment } = readExperiment({ task: 'copy', methods: ['vanilla'], ...whole, microBatches });
				return (await estimateOf(experiment, async () => device(128), UNKNOWN)).gpuBytes;
			}),
		);
		expect(bytes[1]).toBeLessThan(0.7 * bytes[0]);
		expect(bytes[2]).toBeLessThan(0.5 * bytes[1]);
	});

	it('has no problems if it fits', async () => {
		expect(await problemsOf({ ...large, batchSize: 4 }, 128)).toEqual([]);
	});
});

describe('the time that an experiment takes', () => {
	const { experiment } = readExperiment({
		task: 'copy',
		methods: ['vanilla', 'svformer'],
		seeds: [1, 2],
		hiddenSize: 32,
		intermediateSize: 64,
		heads: 2,
		layers: 2,
		sequenceLength: 16,
		batchSize: 4,
		steps: 100,
		validateEvery: 0,
		probeEvery: 0,
	});
	const secondsWith = async (measured: Record<string, number>) => {
		const speed = { secondsPerDispatch: 1e-4, secondsPerFlop: 1e-9 };
		const pace = { speed, secondsPerStep: (_: unknown, { name }: { name: string }) => measured[name] ?? null };
		return (await estimateOf(experiment, async () => device(128), pace)).seconds as number;
	};

	it('is null while the device’s speed is not known', async () => {
		expect((await estimateOf(experiment, async () => device(128), UNKNOWN)).seconds).toBeNull();
	});

	it('is that of all steps of all runs: measured if such a model was trained, otherwise estimated and corrected by the measurements', async () => {
		const guessed = await secondsWith({});
		expect(guessed).toBeGreaterThan(0);
		expect(await secondsWith({ vanilla: 0.2, svformer: 0.1 })).toBeCloseTo(2 * 100 * 0.3, 6);
		// Vanilla took ten times its guess: so will the other.
		const [vanilla, svformer] = await Promise.all(
			['vanilla', 'svformer'].map(
				async (name) =>
					(
						await estimateOf({ ...experiment, methods: [name] }, async () => device(128), {
							speed: { secondsPerDispatch: 1e-4, secondsPerFlop: 1e-9 },
							secondsPerStep: () => null,
						})
					).seconds as number,
			),
		);
		expect(guessed).toBeCloseTo(vanilla + svformer, 9);
		expect(await secondsWith({ vanilla: (10 * vanilla) / 200 })).toBeCloseTo(10 * guessed, 6);
	});

	it('of a sweep is the sum over all points, and memory is that of the largest', async () => {
		const sweep = [{ steps: 50 }, { batchSize: 8, methods: ['vanilla'] }, { learningRate: 1e-3 }];
		const pace = { speed: { secondsPerDispatch: 1e-4, secondsPerFlop: 1e-9 }, secondsPerStep: () => 0.1 };
		const estimate = (of: typeof experiment) => estimateOf(of, async () => device(128), pace);
		const whole = await estimate({ ...experiment, sweep });
		expect(whole.seconds).toBeCloseTo(0.1 * (4 * 50 + 2 * 100 + 4 * 100), 6);
		const points = await Promise.all(sweepPoints({ ...experiment, sweep }).map((point) => estimate(point.experiment)));
		expect(whole.gpuBytes).toBe(Math.max(...points.map(({ gpuBytes }) => gpuBytes)));
		expect(whole.methods.map(({ method }) => method)).toEqual(['vanilla', 'svformer']);
		const { problems } = await estimate({ ...experiment, sweep: [{}, { batchSize: 4096, sequenceLength: 2048, hiddenSize: 2048 }] });
		expect(problems[0].sentence).toMatch(/^Point 2 of the sweep: /);
	});
});
