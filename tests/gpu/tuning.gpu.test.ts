import '../support/fourLanes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { profileNamed, withTiles } from '../../src/compiler/profile';
import { methodsOf } from '../../src/experiment/methods/names';
import { readExperiment } from '../../src/experiment/validate';
import { GpuContext } from '../../src/gpu/gpuContext';
import { modelConfig } from '../../src/model/experimentModel';
import { tuneSteps } from '../../src/training/stepTuning';
import { trainerPlans } from '../../src/training/trainer';
import { stepShape } from '../../src/training/trainingGraphs';
import { openTestGpu } from '../support/webgpu';

const { experiment } = readExperiment({
	methods: ['vanilla', 'resformer:learnable'],
	layers: 2,
	heads: 2,
	hiddenSize: 16,
	intermediateSize: 24,
	sequenceLength: 16,
	batchSize: 2,
});
const configs = methodsOf(experiment).map((method) => modelConfig(experiment, method, 23));

let gpu: GpuContext;
beforeAll(async () => {
	gpu = await GpuContext.open(openTestGpu().gpu, profileNamed('tiled'));
});
afterAll(() => gpu.close());

it('measures every product of the steps once, with every tile that it may take, and frees its memory', async () => {
	const rows = await tuneSteps(gpu, configs, stepShape(experiment));
	const plans = configs.map((config) => trainerPlans(config, stepShape(experiment), gpu.adapter).training);
	const products = new Set(plans.flatMap(({ dispatches }) => dispatches.flatMap(({ tiles }) => tiles?.product ?? [])));
	expect(rows.map(({ product }) => product)).toEqual([...products]);
	expect(rows.some(({ candidates }) => candidates.length > 1)).toBe(true);
	for (const { candidates, byRule, chosen, why, product } of rows) {
		const tiles = candidates.map(({ tile }) => tile);
		expect(tiles, product).toContain(byRule);
		expect(tiles, product).toContain(chosen);
		if (why === 'only') expect(candidates).toEqual([{ tile: chosen, us: null }]);
		else for (const { us } of candidates) expect(us, product).toBeGreaterThanOrEqual(0);
	}
	expect(gpu.pool.bytes).toBe(0);
});

it('measures the tiles of the rule, although others were measured before', async () => {
	const [config] = configs;
	const before = gpu.adapter.profile;
	const [{ product, byRule }] = await tuneSteps(gpu, [config], stepShape(experiment));
	gpu.adapter.profile = withTiles(before, { [product]: byRule === '64×64' ? '32×32' : '64×64' });
	expect((await tuneSteps(gpu, [config], stepShape(experiment)))[0]).toMatchObject({ product, byRule });
	gpu.adapter.profile = before;
});

it('has nothing to measure with kernels that have no tiles', async () => {
	const before = gpu.adapter.profile;
	gpu.adapter.profile = profileNamed('subgroup8');
	expect(await tuneSteps(gpu, configs, stepShape(experiment))).toEqual([]);
	gpu.adapter.profile = before;
});
