import type { Profile } from '../compiler/profile';
import type { TunedTiles } from '../experiment/records/tiles';
import type { GpuContext } from '../gpu/gpuContext';
import type { Progress } from '../gpu/library';
import { tuneTiles } from '../gpu/tuning';
import type { ModelConfig } from '../model/config';
import { trainerPlans } from './trainer';
import type { StepShape } from './trainingGraphs';

/**
 * Measures the tiles of all products in the training steps of some models, a row per distinct product. Takes a second or two, and
 * the time to compile the kernels. Empty with kernels that have no tiles.
 *
 * @throws PlanError, ShaderError, GpuFault
 */
export async function tuneSteps(
	gpu: GpuContext,
	configs: readonly ModelConfig[],
	shape: StepShape,
	progress?: Progress,
): Promise<TunedTiles[]> {
	const { maxBindingBytes } = gpu.adapter;
	const rows: TunedTiles[] = [];
	for (const config of configs) {
		const planOf = (profile: Profile) => trainerPlans(config, shape, { profile, maxBindingBytes }).training;
		rows.push(...(await tuneTiles(gpu, planOf, new Set(rows.map(({ product }) => product)), progress)));
	}
	return rows;
}
