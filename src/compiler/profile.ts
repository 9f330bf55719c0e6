/**
 * A family of kernel variants. There are two because software adapters and GPUs disagree: workgroup memory, barriers and
 * many lanes per row hide memory latency on a GPU, and cost time on a CPU.
 */
export interface Profile {
	/** Recorded with a run; a replay pins it. */
	name: ProfileName;
	/** Shown on the page. */
	description: string;
	/** Lanes of the subgroups that kernels share loads in; 0: kernels use workgroup memory instead. */
	subgroupLanes: 0 | 4 | 8;
	/** Workgroups that fill the adapter: kernels with fewer split their sums. */
	parallelWorkgroups: number;
}

export type ProfileName = 'subgroup8' | 'subgroup4' | 'tiled';

/**
 * For CPUs that pose as GPUs and have subgroups: a row per invocation, no workgroup memory, each number loaded by one
 * lane and broadcast to the others. lavapipe has 8 lanes, SwiftShader 4.
 */
const subgroupProfile = (lanes: 4 | 8): Profile => ({
	name: `subgroup${lanes}`,
	description: `a row per invocation, loads shared by ${lanes} lanes`,
	subgroupLanes: lanes,
	parallelWorkgroups: 2,
});

/** Workgroup-memory tiles and many lanes per row: for real GPUs, and for adapters without subgroups. */
const TILED: Profile = {
	name: 'tiled',
	description: 'workgroup-memory tiles, 32 lanes a row',
	subgroupLanes: 0,
	parallelWorkgroups: 64,
};

export const PROFILES: readonly Profile[] = [subgroupProfile(8), subgroupProfile(4), TILED];

export function profileNamed(name: ProfileName): Profile {
	const profile = PROFILES.find((candidate) => candidate.name === name);
	if (!profile) throw new Error(`there is no kernel profile ${name}`);
	return profile;
}

/** The profile for an adapter. `subgroupSize` is its smallest number of lanes, or 0 if it has no subgroups. */
export function profileFor({ software, subgroupSize }: { software: boolean; subgroupSize: number }): Profile {
	if (!software || subgroupSize < 4) return profileNamed('tiled');
	return profileNamed(subgroupSize >= 8 ? 'subgroup8' : 'subgroup4');
}
