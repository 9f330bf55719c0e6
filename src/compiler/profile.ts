/**
 * Which variants of the kernels an adapter gets. The two families are kept because software adapters and GPUs disagree:
 * what hides memory latency on a GPU (workgroup memory, barriers, many lanes a row) costs time on a CPU.
 */
export interface Profile {
	name: 'register' | 'tiled';
	/** What a run records and the page shows. */
	description: string;
	/** Files of the kernels that the profile replaces, without the ending. */
	files: Readonly<Record<string, string>>;
	/** `override` values by kernel; the rest keep their file's defaults, which are the GPU's. */
	overrides: Readonly<Record<string, Readonly<Record<string, number>>>>;
	/** Workgroups that fill the adapter: products with fewer split their inner extent. */
	parallelWorkgroups: number;
}

const ROW_PER_INVOCATION = { LANES: 1, ROWS: 8 };
const ROWS_TOGETHER = { SIZE: 8 };

/** A row per invocation, register tiles, no workgroup memory: lavapipe and SwiftShader. */
export const REGISTER_PROFILE: Profile = {
	name: 'register',
	description: 'register tiles, a row per invocation',
	files: {
		attention: 'attention_register',
		attentionGradientQ: 'attention_gradient_q_register',
		attentionGradientKV: 'attention_gradient_kv_register',
	},
	overrides: {
		rmsNorm: ROW_PER_INVOCATION,
		rmsNormGradient: ROW_PER_INVOCATION,
		crossEntropy: ROW_PER_INVOCATION,
		reduceRows: { COLUMNS: 8, LANES: 1 },
		embeddingGradient: { SIZE: 8 },
		rmsNormWeightGradient: { SIZE: 8 },
		attention: ROWS_TOGETHER,
		attentionGradientQ: ROWS_TOGETHER,
		attentionGradientKV: ROWS_TOGETHER,
	},
	parallelWorkgroups: 2,
};

/** Workgroup-memory tiles, many lanes a row: real GPUs. */
export const TILED_PROFILE: Profile = {
	name: 'tiled',
	description: 'workgroup-memory tiles, 32 lanes a row',
	files: {},
	overrides: {},
	parallelWorkgroups: 64,
};

export const PROFILES = [REGISTER_PROFILE, TILED_PROFILE] as const;
