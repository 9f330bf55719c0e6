import { paddedSizeOf, type Tensor } from './tensor';

/** `microGradients` are those of one micro-batch, before they are added to `gradients`. */
export type ArenaName = 'parameters' | 'gradients' | 'firstMoments' | 'secondMoments' | 'microGradients';

/** The parameters, gradients or moments of the parameters that a node has as inputs, or of all, as one array in the arena's layout. */
export interface ArenaRange {
	arena: ArenaName;
	/** Binds the whole arena, whatever the node's parameters are. */
	isWhole?: boolean;
}

/** `floats` of scratch memory. Calls of one node that use the same name share it. */
export interface Scratch {
	scratch: string;
	floats: number;
	/** True if all nodes share it. */
	shared?: boolean;
	/** The part of it to bind, in floats; absent = all. */
	part?: { offset: number; floats: number };
	/** Tensors that are stored in it, so that one binding holds them all, with their places in floats. */
	holds?: ReadonlyMap<Tensor, number>;
	/** True if its numbers are float16. Sizes and places still count numbers. */
	half?: boolean;
}

/** Tensors that share memory start at multiples of this many bytes, WebGPU's alignment of bindings. */
const ALIGNMENT = 256;

/** Numbers from one start to the next that is aligned, in float32 or float16. */
export const alignedNumbers = (numbers: number, half = false): number => {
	const aligned = ALIGNMENT / (half ? 2 : 4);
	return Math.ceil(numbers / aligned) * aligned;
};

/**
 * Memory that holds these tensors one after the other, and then `more` floats. Its name is made of theirs, so that equal ones are one.
 *
 * @param half true if all of them are stored in float16
 */
export function together(tensors: readonly Tensor[], more = 0, half = false): Scratch & { holds: ReadonlyMap<Tensor, number> } {
	let floats = 0;
	const places = tensors.map((tensor): [Tensor, number] => {
		const offset = floats;
		floats += alignedNumbers(paddedSizeOf(tensor.shape), half);
		return [tensor, offset];
	});
	const scratch = tensors.map(({ name }) => name).join(' + ');
	return { scratch, floats: floats + more, shared: true, holds: new Map(places), ...(half ? { half } : {}) };
}

/** The memory that a kernel call binds: a tensor, scratch memory that lives for this node only, or a part of an arena. */
export type Operand = Tensor | Scratch | ArenaRange;

/** Memory to bind to a variable that the kernel doesn't read in this call. All calls of a plan share it. */
export const UNUSED: Scratch = { scratch: 'unused', floats: 4, shared: true };

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
	/** `const`s and `alias`es of the file to set to other values. */
	constants?: Readonly<Record<string, number | string>>;
	/** Bindings that hold sums while they grow. They stay in float32 where other activations are stored in float16. */
	sumsIn?: readonly string[];
}

/** A kernel in `shaders/`: its file, grid and variants. Declared in the file of the op that uses it. */
export interface Kernel {
	/** Recorded in plans, errors and labels. Nothing looks a kernel up by its name. */
	readonly name: string;
	/** File in `shaders/`, without the ending. */
	readonly file: string;
	/** Workgroups for a call's extent. `sizes` are the kernel's, with the changes for the adapter's family. */
	grid(extent: Extent, sizes: Sizes): Grid;
	/** Sizes that the grid depends on; they equal `override`s or `const`s of the file. */
	readonly sizes: Sizes;
	/** `override`s that select this kernel in a file with several. */
	readonly overrides?: Sizes;
	/** `const`s of `file` that size register arrays, each with the uniform whose value it takes. */
	readonly constantsFromUniforms?: Readonly<Record<string, string>>;
	/** Changes for software adapters whose subgroups have `lanes` lanes; absent if all adapters use the same variant. */
	onSubgroups?(lanes: number): KernelChange;
	/** Smaller tiles for GPUs, for calls with too few workgroups to keep one busy. Sums keep their order. */
	readonly small?: KernelChange;
	/** Which of an adapter's measured peaks its FLOPs are compared with; absent = that of products. */
	readonly arithmetic?: 'attention';
	/** Present if a call's sum may be split into parts that run in parallel. */
	readonly reduction?: Reduction;
}

/** A sum over an inner extent, which the compiler splits if the call has too few workgroups to fill the adapter. */
export interface Reduction {
	/** Number of summands in a call. */
	inner(call: KernelCall): number;
	/** Parts start at multiples of this. */
	alignment: number;
	/** Calls that sum parts of `innerPerSplit` summands each, and then add the parts in order. With one part, only the call itself. */
	split(call: KernelCall, innerPerSplit: number): KernelCall[];
}

/** The second pass of a sum: out[i] = Σ_s partials[s, i], `vectors` vec4s in each of the `parts`. */
export interface PartialSum {
	partials: Scratch;
	parts: number;
	vectors: number;
	/** 1 = added in order; 8 = each lane adds every eighth part, and a tree the lanes, unless the kernel's variant has one lane. */
	lanes: 1 | 8;
	out: Operand;
}

/** The rotation of each head of x by its row's position, as `shaders/rope.wgsl` describes it. */
export interface Rotation {
	x: Tensor;
	out: Tensor;
	cos: Tensor;
	sin: Tensor;
	/** 1, or −1 for the inverse. */
	direction: 1 | -1;
}

/** y = x·r ⊙ weight with r = 1/√(mean(x²) + ε) of each row, as `shaders/rms_norm.wgsl` computes it. */
export interface Normalisation {
	x: Tensor;
	weight: Tensor;
	y: Tensor;
	inverse: Tensor;
	epsilon: number;
}

/** out = silu(gate) ⊙ up, as `shaders/swiglu.wgsl` computes it. */
export interface Gating {
	gate: Tensor;
	up: Tensor;
	out: Tensor;
}

/** The gradients of `Gating` from dy, that of its result, as `shaders/swiglu_gradient.wgsl` computes them. */
export interface GatingGradient {
	gate: Tensor;
	up: Tensor;
	dy: Tensor;
	dGate: Tensor;
	dUp: Tensor;
}

/** counted[0] = number of the `rows` targets that are not ignored, at least 1, as `shaders/count_targets.wgsl` counts them. */
interface Count {
	targets: Tensor;
	rows: number;
	counted: Operand;
}

/** mean = Σ losses over `rows` rows, divided by `count`, or by counted[0] if `count` is 0. */
export interface Mean {
	losses: Tensor;
	rows: number;
	counted: Operand;
	count: number;
	mean: Tensor;
}

/** Two tensors in one memory, with the place of each in floats. */
export interface Pair {
	operand: Scratch;
	starts: readonly [number, number];
}

/**
 * A kernel that does two calls side by side. WebGPU guarantees too few bindings for what both read and write, so that two tensors that
 * both read are bound as one pair, and a result of each as another.
 */
interface SideBySide {
	/** Names of the bindings of each pair. */
	read: readonly [string, string];
	written: readonly [own: string, next: string];
	/** Undefined if the kernel can't do these two calls. `own` is this call, with what the compiler has changed. */
	join(own: KernelCall, next: KernelCall, read: Pair, written: Pair): KernelCall | undefined;
}

type AddParts = (parts: Operand, table: Operand, period: number) => KernelCall;

/** One kernel launch as plain data. The compiler chooses variant and grid. */
export interface KernelCall {
	kernel: Kernel;
	bindings: Record<string, Operand>;
	/** Fields of the kernel's `params` uniform. */
	uniforms: Record<string, number>;
	/** Uniforms with a component per part, of a kernel that does the work of several calls. */
	partUniforms?: Readonly<Record<string, readonly number[]>>;
	/** Amount of work in x, y and z, in units that `Kernel.grid` defines. */
	extent: Extent;
	/** `const`s and `alias`es of the WGSL file to set to other values. */
	constants?: Record<string, number | string>;
	/** Set if the call computes this sum and nothing else. The compiler may then leave it to the first reader of all gradients. */
	sum?: PartialSum;
	/**
	 * The kernel that does several such calls in one dispatch, and the operand that they must have in common: a factor, or the
	 * result, if each call adds its product to that of the call before.
	 */
	joint?: { kernel: Kernel; shares: 'a' | 'b' | 'c' };
	/**
	 * Set if the call reads all gradients. `alone` adds the parts of a period's gradients, as `shaders/gather_gradients.wgsl` describes;
	 * `within` is the call itself with these sums before it, if a kernel does both.
	 */
	summing?: { alone: AddParts; within?: AddParts };
	/** Set if the call rotates heads and does nothing else; likewise the next three. */
	rotation?: Rotation;
	normalisation?: Normalisation;
	gating?: Gating;
	gatingGradient?: GatingGradient;
	/** The call that does the same, and rotates a result before it stores it; undefined if it doesn't make `rotation.x`, or can't. */
	rotate?(rotation: Rotation): KernelCall | undefined;
	/** Set if the call counts these targets and does nothing else. */
	count?: Count;
	/** The call that does the same, and counts targets in a workgroup of its own. */
	withCount?(count: Count): KernelCall;
	/** Set if the call computes this mean and nothing else. */
	mean?: Mean;
	/** The call that does the same, and computes a mean in a workgroup of its own. */
	withMean?(mean: Mean): KernelCall;
	/** Set if the next call of the node doesn't wait for this one, and one kernel can do both. */
	sideBySide?: SideBySide;
	flops?: number;
	/** Pairs of a query and a key of which it computes attention, over all heads; absent = none. */
	scores?: number;
	/** Bytes that it reads and writes; absent = each number that is bound, once. */
	moved?: number;
}

/** A kernel with a one-dimensional grid. If there are too many workgroups for x, they continue in y, and the kernel computes the index from both. */
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

/** One invocation per unit of the extent's x, SIZE per workgroup. */
export const perElement = (name: string, file: string): Kernel => lineOf(name, file, 'SIZE', 64);

/** ROWS rows per workgroup and LANES invocations per row. Many lanes hide latency on a GPU; one is fastest on a CPU. */
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
 * Width in floats of the widest vector that divides `size` floats, and the constant that sets `Element` to it in a kernel
 * whose file has `alias Element = vec4f;`.
 */
export function elementOf(size: number): { width: 1 | 2 | 4; constants: Record<string, string> } {
	if (size % 4 === 0) return { width: 4, constants: {} };
	return size % 2 === 0 ? { width: 2, constants: { Element: 'vec2f' } } : { width: 1, constants: { Element: 'f32' } };
}
