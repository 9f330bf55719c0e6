/**
 * The kernel variants for a family of adapters. GPUs and software adapters need different ones: workgroup memory, barriers
 * and many lanes per row hide memory latency on a GPU, but cost time on a CPU.
 */
export interface Profile {
	/** Recorded with a run, so that a replay can use the same variants. */
	name: ProfileName;
	/** Shown on the page. */
	description: string;
	/** Lanes of a subgroup, which share loads; 0 = kernels use workgroup memory instead. */
	subgroupLanes: 0 | 4 | 8;
	/** Number of workgroups that keep the adapter busy. Kernels with fewer split their sums. */
	parallelWorkgroups: number;
	/** Number of workgroups from which products take their largest tiles. The tiles do not change a bit of the result. */
	fillingWorkgroups: number;
	/** Tiles that were measured to be faster on the adapter, by the product's name in `compiler/tiles.ts`. */
	tiles?: Readonly<Record<string, string>>;
}

export type ProfileName = 'subgroup8' | 'subgroup4' | 'tiled';

/**
 * For software adapters with subgroups: one row per invocation, no workgroup memory, and each number is loaded by one lane
 * and broadcast to the others. lavapipe has 8 lanes, SwiftShader 4.
 */
const subgroupProfile = (lanes: 4 | 8): Profile => ({
	name: `subgroup${lanes}`,
	description: `one row per invocation, loads shared by ${lanes} lanes`,
	subgroupLanes: lanes,
	parallelWorkgroups: 2,
	fillingWorkgroups: 0,
});

/**
 * Workgroup-memory tiles and many lanes per row: for real GPUs, and for adapters without subgroups. On an H100, with 132
 * multiprocessors, small tiles are up to twice as fast below about 128 workgroups (tests/bench/RESULTS.md).
 */
const TILED: Profile = {
	name: 'tiled',
	description: 'workgroup-memory tiles, 32 lanes per row',
	subgroupLanes: 0,
	parallelWorkgroups: 64,
	fillingWorkgroups: 128,
};

export const PROFILES: readonly Profile[] = [subgroupProfile(8), subgroupProfile(4), TILED];

export function profileNamed(name: ProfileName): Profile {
	const profile = PROFILES.find((candidate) => candidate.name === name);
	if (!profile) throw new Error(`there is no kernel profile ${name}`);
	return profile;
}

/**
 * The profile for an adapter, or the named family of kernels as the adapter runs it best. A software adapter has few cores, so
 * that a few large tiles keep it busy, and small ones load each number twice as often.
 *
 * @param subgroupSize the adapter's smallest number of lanes per subgroup, or 0 if it has no subgroups
 */
export function profileFor({ software, subgroupSize }: { software: boolean; subgroupSize: number }, name?: ProfileName): Profile {
	if (!software) return profileNamed(name ?? 'tiled');
	const family = subgroupSize >= 8 ? 'subgroup8' : subgroupSize >= 4 ? 'subgroup4' : 'tiled';
	return withLargeTiles(profileNamed(name ?? family));
}

/** The profile without small tiles. The number of parts of a sum depends on this one, so that its bits do not depend on the tiles. */
export const withLargeTiles = (profile: Profile): Profile => ({ ...profile, fillingWorkgroups: 0, tiles: undefined });

/** The profile with small tiles only. */
export const withSmallTiles = (profile: Profile): Profile => ({
	...profile,
	fillingWorkgroups: Number.POSITIVE_INFINITY,
	tiles: undefined,
});

/** The profile with tiles that were measured; undefined = those of the rule. */
export const withTiles = (profile: Profile, tiles: Profile['tiles']): Profile => ({ ...profile, tiles });
