import { type Grid, type KernelCall, type KernelChange, MOST_WORKGROUPS } from '../graph/kernel';
import { PlanError, type Variant } from './plan';
import type { Profile } from './profile';
import { chooseTiles, productName, type TileChoice } from './tiles';

export interface Selected {
	variant: Variant;
	grid: Grid;
	/** Present if the kernel has several. */
	tiles?: TileChoice;
}

/**
 * The pipeline variant, the grid and the tiles of a call under a profile.
 *
 * @throws PlanError if the grid exceeds WebGPU's limits
 */
export function selectKernel(call: KernelCall, profile: Profile): Selected {
	const { kernel, extent, uniforms, constants } = call;
	const { change, tiles }: Change =
		profile.subgroupLanes === 0 ? changeOnGpus(call, profile) : { change: kernel.onSubgroups?.(profile.subgroupLanes) ?? {} };
	const overrides = { ...kernel.overrides, ...change.overrides };
	const grid = kernel.grid(extent, { ...kernel.sizes, ...change.sizes, ...overrides });
	if (grid.some((groups) => groups > MOST_WORKGROUPS))
		throw new PlanError(
			`${kernel.name}: ${grid.join(' × ')} workgroups, but WebGPU allows ${MOST_WORKGROUPS} per dimension: lower sequenceLength or batchSize, or raise microBatches`,
		);
	const fromUniforms = change.file ? {} : (kernel.constantsFromUniforms ?? {});
	const sized = Object.fromEntries(Object.entries(fromUniforms).map(([name, uniform]) => [name, uniforms[uniform]]));
	const variant = { file: change.file ?? kernel.file, constants: { ...constants, ...change.constants, ...sized }, overrides };
	return { variant, grid, ...(tiles && { tiles }) };
}

interface Change {
	change: KernelChange;
	tiles?: TileChoice;
}

function changeOnGpus({ kernel, extent, uniforms }: KernelCall, profile: Profile): Change {
	if (!kernel.small) return { change: {} };
	const [rows, columns, parts] = extent;
	const [x, y, z] = kernel.grid(extent, { ...kernel.sizes, ...kernel.overrides });
	return chooseTiles(kernel, productName(kernel.name, [[rows, columns, uniforms.inner, parts]]), x * y * z, profile);
}
