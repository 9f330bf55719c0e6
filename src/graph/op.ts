import type { Graph, Node } from './graph';
import type { DType, Shape, Tensor } from './tensor';

/** Settings of a node, plain data. */
export type Attributes = Record<string, number | boolean | string | readonly number[]>;

/** Numbers of a tensor in the interpreter: row-major, no padding; tokens and targets are whole numbers. */
export type Numbers = Float64Array;

export interface OutputShape {
	shape: Shape;
	dtype?: DType;
}

/** Part of a buffer that a kernel call uses: a tensor, or scratch space that lives for this node only. */
export type Operand = Tensor | Scratch | ArenaRange;

/** `floats` of scratch memory, named so that several calls of one node can share it. */
export interface Scratch {
	scratch: string;
	floats: number;
}

/** All parameters, gradients or moments as one array, in the order of the arena's layout. */
export interface ArenaRange {
	arena: 'parameters' | 'gradients' | 'firstMoments' | 'secondMoments';
}

/** One kernel launch as plain data: tiles, grids and variants are the compiler's. */
export interface KernelCall {
	/** Name of a kernel in the compiler's table. */
	kernel: string;
	bindings: Record<string, Operand>;
	/** Fields of the kernel's `params` uniform. */
	uniforms: Record<string, number>;
	/** How far the work reaches in x, y, z, in the kernel's own units. */
	extent: readonly [number, number, number];
	/** Named `const`s and `alias`es of the WGSL file to be set to other values. */
	constants?: Record<string, number | string>;
	flops?: number;
}

/** What `lower` may ask about the node it lowers. */
export interface Lowering {
	/** False where nothing reads the output: its kernel need not write it. */
	isUsed(output: Tensor): boolean;
}

export interface GradientContext {
	graph: Graph;
	node: Node;
	/** d loss / d output, per output; undefined where the loss doesn't depend on it. */
	outputGradients: readonly (Tensor | undefined)[];
	/** Whether anything asks for the gradient of each input. */
	needed: readonly boolean[];
}

/** Inputs for a test of an op: shapes and attributes, and numbers where random ones would not do. */
export interface Sample {
	inputs: {
		shape: Shape;
		dtype?: DType /** Whole numbers from −100 or 0 to this, for i32. */;
		below?: number;
		ignoreSome?: boolean;
		numbers?: readonly number[];
	}[];
	attributes: Attributes;
}

/** One entry of the op table: everything there is to know about an op. */
export interface Op {
	name: string;
	/** Shapes of the outputs; throws with the op's name and the shapes where they don't fit. */
	shape(inputs: readonly Shape[], attributes: Attributes): OutputShape[];
	/** Its meaning, in float64, short and plain. One array per output. */
	reference(inputs: readonly Numbers[], shapes: readonly Shape[], attributes: Attributes): Numbers[];
	/** Gradient of each input as new nodes; absent where an op is never differentiated through. */
	gradient?(context: GradientContext): (Tensor | undefined)[];
	/** Inputs with a gradient rule; all by default. */
	differentiable?: readonly number[];
	lower(node: Node, lowering: Lowering): KernelCall[];
	samples: readonly Sample[];
	/** Index of the optional last input that is added to output 0, where the op can take one: the compiler folds an `add` into it. */
	residualInput?: number | ((attributes: Attributes) => number);
	/** The input whose memory output 0 takes over, where the kernel works in place. Nothing else may read that input. */
	inPlace?: number;
	/** Largest error a kernel may show against `reference`, relative to max(1, largest |output|). */
	tolerance?: number;
}

export class GraphError extends Error {
	override name = 'GraphError';
}

/** Throws a GraphError that names the op and its shapes unless `condition` holds. */
export function expectShapes(condition: boolean, op: string, shapes: readonly Shape[], rule: string): asserts condition {
	if (!condition) throw new GraphError(`${op}(${shapes.map((shape) => `[${shape.join('×')}]`).join(', ')}): ${rule}`);
}
