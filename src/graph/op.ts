import type { ArenaName, KernelCall } from './kernel';
import type { DType, Shape, Tensor } from './tensor';

/** Settings of a node: plain data, typed per op. */
export type Attributes = Readonly<Record<string, number | boolean | string | readonly number[] | undefined>>;

/** Attributes of an op that has none. */
export type NoAttributes = Readonly<Record<string, never>>;

/** The last arguments of `apply`: the op's attributes, which may be left out if none is required. */
export type AttributesArgument<A> = Record<never, never> extends A ? [attributes?: A] : [attributes: A];

/** Numbers of a tensor in the interpreter: row-major, without padding. Tokens and targets are whole numbers. */
export type Numbers = Float64Array;

/** One application of an op. */
export interface Node<A extends Attributes = Attributes> {
	readonly op: Op<A>;
	readonly inputs: readonly Tensor[];
	readonly outputs: readonly Tensor[];
	readonly attributes: A;
	/** Part of the model that the node belongs to, such as `layer 2`. Plans and errors show it with the op's name. */
	readonly label: string;
}

export interface OutputShape {
	shape: Shape;
	dtype?: DType;
}

/** Facts about the graph around the node that `lower` lowers. */
export interface Lowering {
	/** False if nothing reads the output: its kernel need not write it. */
	isUsed(output: Tensor): boolean;
	/** True if kernels that do several things in one dispatch may be used. Their numbers are the same. */
	fuse: boolean;
}

/** The part of a `Graph` that gradient rules use. */
export interface GraphBuilder {
	/** The constant 1: the seed of a scalar loss's gradient. Rules may recognise it. */
	readonly one: Tensor;
	/** Adds a node. @returns its outputs */
	apply<A extends Attributes>(op: Op<A>, inputs: readonly Tensor[], ...attributes: AttributesArgument<A>): Tensor[];
}

export interface GradientContext<A extends Attributes = Attributes> {
	graph: GraphBuilder;
	node: Node<A>;
	/** d loss / d output 0. The loss does not depend on other outputs, which are only for the backward pass. */
	outputGradient: Tensor;
	/** True for each input whose gradient is needed. */
	needed: readonly boolean[];
}

/** A test case of an op: shapes and attributes, and numbers if random ones would not do. */
export interface Sample<A extends Attributes = Attributes> {
	inputs: {
		shape: Shape;
		dtype?: DType;
		/** For i32: whole numbers from 0 to this, exclusive. */
		below?: number;
		/** For i32: makes some numbers negative, like targets without a loss. */
		ignoreSome?: boolean;
		numbers?: readonly number[];
	}[];
	attributes: A;
}

/**
 * The complete description of an op. Its functions are methods, not properties, so that TypeScript accepts an `Op<A>` as an
 * `Op`. That is safe because `apply` checks that a node's attributes are those of its op.
 */
export interface Op<A extends Attributes = Attributes> {
	/** Recorded in plans, errors and labels. Nothing looks an op up by its name. */
	readonly name: string;
	/** Shapes of the outputs. @throws GraphError with the op's name and the inputs' shapes if they don't fit */
	shape(inputs: readonly Shape[], attributes: A): OutputShape[];
	/** The op's definition in float64, written for clarity. Returns one array per output. */
	reference(inputs: readonly Numbers[], shapes: readonly Shape[], attributes: A): Numbers[];
	/** Adds nodes for the gradients and returns one per input; absent if the op is never differentiated. */
	gradient?(context: GradientContext<A>): (Tensor | undefined)[];
	/** Indices of the inputs that have a gradient; absent = all. Tokens and tables have none. */
	readonly differentiable?: readonly number[];
	/** Kernel calls that compute the node. */
	lower(node: Node<A>, lowering: Lowering): KernelCall[];
	readonly samples: readonly Sample<A>[];
	/** Index of an optional last input that is added to output 0. The compiler uses it to fold an addition into the op. */
	residualInput?(attributes: A): number;
	/** Index of the input whose memory output 0 reuses, if the kernel works in place. No later node may read that input. */
	readonly inPlace?: number;
	/** True if the op is the plain sum of its two inputs, which the compiler may fold into the op before it. */
	readonly isSum?: boolean;
	/** True if the output is the rows of all inputs in order, so that a reader may use the inputs instead. */
	readonly stacksRows?: boolean;
	/** True if a row of the output depends on the same row of each input alone, so that a cache may keep the inputs instead. */
	readonly isRowwise?: boolean;
	/**
	 * The arena that each input and output is stored in, if any; `inputs` is the number of inputs. Such a tensor is the part of
	 * the arena that holds the op's parameters, which are contiguous there, or the whole arena if the op has no parameters.
	 */
	arenas?(inputs: number): { inputs: (ArenaName | undefined)[]; outputs: (ArenaName | undefined)[] };
	/**
	 * Times that a step runs its calls up to the last of this op, as the host writes other inputs in between; absent = once. Such
	 * an op keeps its sums in states or arenas.
	 */
	repeats?(attributes: A): number;
	/**
	 * Indices of the outputs that stay in float32 where activations are stored in float16: statistics, and gradients of weights.
	 * Absent = none. Tensors without a row per position stay in float32 anyway.
	 */
	fullPrecision?(attributes: A): readonly number[];
	/** Largest error of a kernel against `reference`, relative to max(1, largest |output|). */
	readonly tolerance?: number;
}

/** Declares an op whose attributes have type `A`. */
export const defineOp = <A extends Attributes = NoAttributes>(op: Op<A>): Op<A> => op;

export class GraphError extends Error {
	override name = 'GraphError';
}

/** @throws GraphError with the op, its shapes and `rule`, unless `condition` holds */
export function expectShapes(condition: boolean, op: string, shapes: readonly Shape[], rule: string): asserts condition {
	if (!condition) throw new GraphError(`${op}(${shapes.map((shape) => `[${shape.join('×')}]`).join(', ')}): ${rule}`);
}
