import type { Tensor } from './tensor';

export type ArenaName = 'parameters' | 'gradients' | 'firstMoments' | 'secondMoments';

/** All parameters, gradients or moments as one array, in the order of the arena's layout. */
export interface ArenaRange {
	arena: ArenaName;
}

/** `floats` of scratch memory. Calls of one node that use the same name share it. */
export interface Scratch {
	scratch: string;
	floats: number;
}

/** The memory that a kernel call binds: a tensor, scratch memory that lives for this node only, or a whole arena. */
export type Operand = Tensor | Scratch | ArenaRange;

/** Bound to a variable that the kernel doesn't read in this call. All calls of a plan share it. */
export const UNUSED: Scratch = { scratch: 'unused', floats: 4 };

/** WebGPU's default limit on workgroups in each dimension of a dispatch. */
export const MOST_WORKGROUPS = 65535;

export type Extent = readonly [number, number, number];
export type Grid = [number, number, number];
export type Sizes = Readonly<Record<string, number>>;

/** Changes to a kernel for one family of adapters. */
export interface KernelChange {
	/** Another file with the same bindings and uniforms. */
	file?: string;
	sizes?: Sizes;
	overrides?: Sizes;
}

/** A kernel of `shaders/`: its file, its grid, and its variants. Declared in the file of the op, or the idea, that it belongs to. */
export interface Kernel {
	/** Recorded in plans, errors and labels. Nothing looks a kernel up by its name. */
	readonly name: string;
	/** File in `shaders/`, without the ending. */
	readonly file: string;
	/** Workgroups for a call's extent. `sizes` has the kernel's own, changed as the adapter's family wants. */
	grid(extent: Extent, sizes: Sizes): Grid;
	/** Sizes that the grid depends on, with the values of the file's `override`s or `const`s. */
	readonly sizes: Sizes;
	/** `override`s that make this kernel of a file that serves several. */
	readonly overrides?: Sizes;
	/** `const`s of `file` that take the value of a uniform, because they size register arrays: uniform by `const`. */
	readonly constantsFromUniforms?: Readonly<Record<string, string>>;
	/** Changes for CPUs that pose as GPUs, whose subgroups have this many lanes; absent if one variant serves all. */
	onSubgroups?(lanes: number): KernelChange;
	/** Present if a call's sum may be split into parts that run at once. */
	readonly reduction?: Reduction;
}

/** A sum over an inner extent, which the compiler splits if the call has too few workgroups to fill the adapter. */
export interface Reduction {
	/** Number of summands in a call. */
	inner(call: KernelCall): number;
	/** Parts start at multiples of this. */
	alignment: number;
	/** The calls that sum parts of `innerPerSplit` each and then add the parts in order. With one part, the call itself. */
	split(call: KernelCall, innerPerSplit: number): KernelCall[];
}

/** One kernel launch as plain data. The compiler chooses variant and grid. */
export interface KernelCall {
	kernel: Kernel;
	bindings: Record<string, Operand>;
	/** Fields of the kernel's `params` uniform. */
	uniforms: Record<string, number>;
	/** Amount of work in x, y and z, in the kernel's own units. */
	extent: Extent;
	/** Named `const`s and `alias`es of the WGSL file to be set to other values. */
	constants?: Record<string, number | string>;
	flops?: number;
}

/** Workgroups in x, and more rows of them in y if x would be too many. The kernel folds y back into x. */
function lineOf(name: string, file: string, block: string, size: number): Kernel {
	return {
		name,
		file,
		sizes: { [block]: size },
		grid: ([x], sizes) => {
			const groups = Math.max(1, Math.ceil(x / sizes[block]));
			return groups <= MOST_WORKGROUPS ? [groups, 1, 1] : [MOST_WORKGROUPS, Math.ceil(groups / MOST_WORKGROUPS), 1];
		},
	};
}

/** One invocation per element of the extent's x, SIZE of them in a workgroup. */
export const perElement = (name: string, file: string): Kernel => lineOf(name, file, 'SIZE', 64);

/** ROWS rows per workgroup and LANES invocations per row: many lanes hide latency on a GPU, a CPU is fastest with one. */
export const perRow = (name: string, file: string): Kernel => ({
	...lineOf(name, file, 'ROWS', 2),
	onSubgroups: () => ({ overrides: { LANES: 1, ROWS: 8 } }),
});

/** COLUMNS columns per workgroup and LANES invocations per column. */
export const perColumn = (name: string, file: string): Kernel => ({
	...lineOf(name, file, 'COLUMNS', 8),
	onSubgroups: () => ({ overrides: { COLUMNS: 8, LANES: 1 } }),
});

/** The extent's x counts workgroups. */
export const perWorkgroup = (name: string, file: string): Kernel => lineOf(name, file, 'GROUP', 1);

/** Workgroups of SIZE invocations along x. y and z count workgroups. */
export const strips = (name: string, file: string, size: number): Kernel => ({
	name,
	file,
	sizes: { SIZE: size },
	grid: ([x, y, z], sizes) => [Math.ceil(x / sizes.SIZE), y, z],
});

/**
 * The widest vector that `size` floats are a whole number of, in floats, and the constant that makes it the `Element` of
 * a kernel whose file says `alias Element = vec4f;`.
 */
export function elementOf(size: number): { width: 1 | 2 | 4; constants: Record<string, string> } {
	if (size % 4 === 0) return { width: 4, constants: {} };
	return size % 2 === 0 ? { width: 2, constants: { Element: 'vec2f' } } : { width: 1, constants: { Element: 'f32' } };
}
