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
	/** Part of the model that the node belongs to, such as `layer 2`: shown with the op's name in plans and errors. */
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
	/** d loss / d output 0. No loss depends on the others: they serve the backward pass. */
	outputGradient: Tensor;
	/** True for each input whose gradient is asked for. */
	needed: readonly boolean[];
}

/** Inputs for a test of an op: shapes and attributes, and numbers if random ones would not do. */
export interface Sample<A extends Attributes = Attributes> {
	inputs: {
		shape: Shape;
		dtype?: DType;
		/** For i32: whole numbers from 0 to this, exclusive. */
		below?: number;
		/** For i32: some are below 0, as targets without a loss are. */
		ignoreSome?: boolean;
		numbers?: readonly number[];
	}[];
	attributes: A;
}

/**
 * The complete description of an op. Its functions are methods, not properties, because TypeScript then accepts an op with
 * attributes of its own as an `Op`: nodes pair each op with its attributes, which `apply` has checked.
 */
export interface Op<A extends Attributes = Attributes> {
	/** Recorded in plans, errors and labels. Nothing looks an op up by its name. */
	readonly name: string;
	/** Shapes of the outputs. @throws GraphError with the op's name and the shapes if they don't fit */
	shape(inputs: readonly Shape[], attributes: A): OutputShape[];
	/** The op's definition in float64, short and plain. One array per output. */
	reference(inputs: readonly Numbers[], shapes: readonly Shape[], attributes: A): Numbers[];
	/** Gradient of each input as new nodes; absent if the op is never differentiated through. */
	gradient?(context: GradientContext<A>): (Tensor | undefined)[];
	/** Inputs that `gradient` covers; all by default. Tokens and tables have none. */
	readonly differentiable?: readonly number[];
	/** Kernel calls that compute the node. */
	lower(node: Node<A>, lowering: Lowering): KernelCall[];
	readonly samples: readonly Sample<A>[];
	/** Index of the optional last input that is added to output 0: the compiler folds a plain addition into it. */
	residualInput?(attributes: A): number;
	/** The input whose memory output 0 takes over, if the kernel works in place. Nothing else may read that input. */
	readonly inPlace?: number;
	/** True if the op is the plain sum of its two inputs, which the compiler may fold into the op before it. */
	readonly isSum?: boolean;
	/** True if the output is the inputs' rows one after the other, so that a reader may take the inputs instead. */
	readonly stacksRows?: boolean;
	/**
	 * The arena that each input and output lies in, if it lies in one; `inputs` is the number of inputs. What lies in an
	 * arena comes in the order of the arena's layout, each tensor once.
	 */
	arenas?(inputs: number): { inputs: (ArenaName | undefined)[]; outputs: (ArenaName | undefined)[] };
	/** Largest error of a kernel against `reference`, relative to max(1, largest |output|). */
	readonly tolerance?: number;
}

/** Declares an op with attributes of its own type. */
export const defineOp = <A extends Attributes = NoAttributes>(op: Op<A>): Op<A> => op;

export class GraphError extends Error {
	override name = 'GraphError';
}

/** Throws a GraphError that names the op and its shapes unless `condition` holds. */
export function expectShapes(condition: boolean, op: string, shapes: readonly Shape[], rule: string): asserts condition {
	if (!condition) throw new GraphError(`${op}(${shapes.map((shape) => `[${shape.join('×')}]`).join(', ')}): ${rule}`);
}
