import type { KernelCall } from '../graph/op';
import { PlanError, type Variant } from './plan';
import type { Profile } from './profile';

/** WebGPU's default limit on workgroups in each dimension of a dispatch. */
const MOST_WORKGROUPS = 65535;

type Grid = [number, number, number];

interface Kernel {
	file: string;
	/** Workgroups for an extent, given the kernel's `override`s and text constants. */
	grid(extent: readonly [number, number, number], values: Record<string, number>, profile: Profile): Grid;
	/** Overrides that the grid depends on, as in the file. */
	defaults: Record<string, number>;
	/** Overrides that make this kernel of a file that serves several. */
	overrides?: Record<string, number>;
	/** Text constants that the file takes from the call's uniforms: what sizes its register arrays. */
	sized?: Record<string, string>;
}

/** Work in one line of blocks; the kernel folds y back into x. */
const line = (file: string, block: string, size: number): Kernel => ({
	file,
	defaults: { [block]: size },
	grid: ([x], values) => {
		const groups = Math.max(1, Math.ceil(x / values[block]));
		return groups <= MOST_WORKGROUPS ? [groups, 1, 1] : [MOST_WORKGROUPS, Math.ceil(groups / MOST_WORKGROUPS), 1];
	},
});

/** Blocks of SIZE in x, single items in y and z. */
const strips = (file: string, size: number): Kernel => ({
	file,
	defaults: { SIZE: size },
	grid: ([x, y, z], values) => [Math.ceil(x / values.SIZE), y, z],
});

/** A query or key row an invocation, a whole head of it in registers. */
const attentionStrips = (file: string): Kernel => ({ ...strips(file, 64), sized: { HEAD_ELEMENTS: 'headElements' } });

/** Tiles of C, their size the profile's; the transposes are pipelines of their own. */
const product = (transposes: Record<string, number>): Kernel => ({
	file: 'matmul_tiled',
	defaults: {},
	overrides: transposes,
	grid: ([rows, columns, splits], _, { productTile }) => [Math.ceil(columns / productTile[1]), Math.ceil(rows / productTile[0]), splits],
});

const KERNELS: Readonly<Record<string, Kernel>> = {
	embedding: line('embedding', 'SIZE', 64),
	embeddingGradient: strips('embedding_gradient', 32),
	mix: line('mix', 'SIZE', 64),
	concatRows: line('concat_rows', 'SIZE', 64),
	sliceRows: line('slice_rows', 'SIZE', 64),
	repeatHeads: line('repeat_heads', 'SIZE', 64),
	sumHeads: line('sum_heads', 'SIZE', 64),
	columnSoftmax: line('column_softmax', 'SIZE', 64),
	columnSoftmaxGradient: line('column_softmax_gradient', 'SIZE', 64),
	swiglu: line('swiglu', 'SIZE', 64),
	swigluGradient: line('swiglu_gradient', 'SIZE', 64),
	rope: line('rope', 'SIZE', 64),
	rmsNorm: line('rms_norm', 'ROWS', 2),
	rmsNormGradient: line('rms_norm_gradient', 'ROWS', 2),
	rmsNormWeightGradient: strips('rms_norm_weight_gradient', 32),
	reduceRows: line('reduce_rows', 'COLUMNS', 8),
	dotPartials: line('dot_partials', 'GROUP', 1),
	crossEntropy: line('cross_entropy', 'ROWS', 2),
	correct: line('correct', 'SIZE', 64),
	countTargets: line('count_targets', 'GROUP', 1),
	meanLoss: line('mean_loss', 'GROUP', 1),
	adamW: line('adam_w', 'SIZE', 64),
	attention: attentionStrips('attention'),
	attentionGradientQ: attentionStrips('attention_gradient_q'),
	attentionGradientKV: attentionStrips('attention_gradient_kv'),
	attentionProbabilities: strips('attention_probabilities', 64),
	cachedRow: line('cached_row', 'SIZE', 64),
	cachedAttention: { file: 'cached_attention', defaults: {}, grid: ([heads]) => [heads, 1, 1] },
	intervenedAttention: { file: 'intervened_attention', defaults: {}, grid: ([length, heads, batch]) => [length, heads, batch] },
	scaleHeads: line('scale_heads', 'SIZE', 64),
	matmulNN: product({}),
	matmulNT: product({ TRANSPOSE_B: 1 }),
	matmulTN: product({ TRANSPOSE_A: 1 }),
	sumPartials: line('sum_partials', 'SIZE', 64),
};

/** The pipeline variant and grid of a call under a profile. Throws where the grid outgrows WebGPU's limits. */
export function place(call: KernelCall, profile: Profile): { variant: Variant; grid: Grid } {
	const kernel = KERNELS[call.kernel];
	if (!kernel) throw new PlanError(`no kernel is called ${call.kernel}`);
	const overrides = { ...kernel.overrides, ...profile.overrides[call.kernel] };
	const grid = kernel.grid(call.extent, { ...kernel.defaults, ...overrides }, profile);
	if (grid.some((groups) => groups > MOST_WORKGROUPS))
		throw new PlanError(
			`${call.kernel}: ${grid.join(' × ')} workgroups, but WebGPU allows ${MOST_WORKGROUPS} a dimension: lower sequenceLength or batchSize`,
		);
	const other = profile.files[call.kernel];
	const constants = { ...call.constants };
	if (!other) for (const [name, uniform] of Object.entries(kernel.sized ?? {})) constants[name] = call.uniforms[uniform];
	return { variant: { file: other ?? kernel.file, constants, overrides }, grid };
}
