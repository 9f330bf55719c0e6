/**
 * Which variants of the kernels an adapter gets. Two families are kept because software adapters and GPUs disagree: what
 * hides memory latency on a GPU (workgroup memory, barriers, many lanes a row) costs time on a CPU.
 */
export interface Profile {
	/** What a run records and a replay pins. */
	name: ProfileName;
	/** What the page shows. */
	description: string;
	/** Files of the kernels that the profile replaces, without the ending. */
	files: Readonly<Record<string, string>>;
	/** `override` values by kernel; the rest keep their file's defaults, which are the GPU's. */
	overrides: Readonly<Record<string, Readonly<Record<string, number>>>>;
	/** Rows and columns of C that a workgroup of a product computes. */
	productTile: readonly [number, number];
	/** Workgroups that fill the adapter: products with fewer split their inner extent. */
	parallelWorkgroups: number;
}

export type ProfileName = 'subgroup8' | 'subgroup4' | 'tiled';

const ROW_PER_INVOCATION = { LANES: 1, ROWS: 8 };

/**
 * For CPUs that pose as GPUs and have subgroups: a row per invocation, no workgroup memory, each number loaded by one
 * lane and told to the others. lavapipe has 8 lanes, SwiftShader 4.
 */
const subgroupProfile = (lanes: 4 | 8): Profile => {
	const sharing = { LANES: lanes };
	return {
		name: `subgroup${lanes}`,
		description: `a row per invocation, loads shared by ${lanes} lanes`,
		files: {
			matmulNN: 'matmul_subgroup',
			matmulNT: 'matmul_subgroup',
			matmulTN: 'matmul_subgroup',
			attention: 'attention_subgroup',
			attentionGradientQ: 'attention_gradient_q_subgroup',
			attentionGradientKV: 'attention_gradient_kv_subgroup',
		},
		overrides: {
			matmulNN: sharing,
			matmulNT: sharing,
			matmulTN: sharing,
			rmsNorm: ROW_PER_INVOCATION,
			rmsNormGradient: ROW_PER_INVOCATION,
			crossEntropy: ROW_PER_INVOCATION,
			reduceRows: { COLUMNS: 8, LANES: 1 },
			embeddingGradient: { SIZE: 8 },
			rmsNormWeightGradient: { SIZE: 8 },
			attention: { ...sharing, SIZE: 8 },
			attentionGradientQ: { ...sharing, SIZE: 8 },
			attentionGradientKV: { ...sharing, SIZE: 8 },
			intervenedAttention: { SIZE: 8 },
		},
		productTile: [16, 32],
		parallelWorkgroups: 2,
	};
};

/** Workgroup-memory tiles, many lanes a row: real GPUs, and whatever has no subgroups. */
const TILED: Profile = {
	name: 'tiled',
	description: 'workgroup-memory tiles, 32 lanes a row',
	files: {},
	overrides: {},
	productTile: [64, 64],
	parallelWorkgroups: 64,
};

export const PROFILES: readonly Profile[] = [subgroupProfile(8), subgroupProfile(4), TILED];

export function profileNamed(name: ProfileName): Profile {
	const profile = PROFILES.find((candidate) => candidate.name === name);
	if (!profile) throw new Error(`no kernel profile is called ${name}`);
	return profile;
}

/** The profile for an adapter; `subgroupSize` is its least number of lanes, 0 where it has no subgroups. */
export function profileFor({ software, subgroupSize }: { software: boolean; subgroupSize: number }): Profile {
	if (!software || subgroupSize < 4) return profileNamed('tiled');
	return profileNamed(subgroupSize >= 8 ? 'subgroup8' : 'subgroup4');
}
