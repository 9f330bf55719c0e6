import { type Extent, type Grid, type Kernel, type KernelCall, type KernelChange, MOST_WORKGROUPS } from '../graph/kernel';
import { PlanError, type Variant } from './plan';
import type { Profile } from './profile';

/**
 * The pipeline variant and the grid of a call under a profile.
 *
 * @throws PlanError if the grid exceeds WebGPU's limits
 */
export function selectKernel({ kernel, extent, uniforms, constants }: KernelCall, profile: Profile): { variant: Variant; grid: Grid } {
	const change = profile.subgroupLanes === 0 ? changeOnGpus(kernel, extent, profile) : (kernel.onSubgroups?.(profile.subgroupLanes) ?? {});
	const overrides = { ...kernel.overrides, ...change.overrides };
	const grid = kernel.grid(extent, { ...kernel.sizes, ...change.sizes, ...overrides });
	if (grid.some((groups) => groups > MOST_WORKGROUPS))
		throw new PlanError(
			`${kernel.name}: ${grid.join(' × ')} workgroups, but WebGPU allows ${MOST_WORKGROUPS} per dimension: lower sequenceLength or batchSize, or raise microBatches`,
		);
	const fromUniforms = change.file ? {} : (kernel.constantsFromUniforms ?? {});
	const sized = Object.fromEntries(Object.entries(fromUniforms).map(([name, uniform]) => [name, uniforms[uniform]]));
	return { variant: { file: change.file ?? kernel.file, constants: { ...constants, ...change.constants, ...sized }, overrides }, grid };
}

function changeOnGpus(kernel: Kernel, extent: Extent, { fillingWorkgroups }: Profile): KernelChange {
	const { small } = kernel;
	if (!small) return {};
	const [x, y, z] = kernel.grid(extent, { ...kernel.sizes, ...kernel.overrides });
	return x * y * z < fillingWorkgroups ? small : {};
}
