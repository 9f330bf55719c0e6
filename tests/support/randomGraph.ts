/** Small random graphs for property tests: a list of instructions that fast-check draws, and shrinks on a failure. */
import fc from 'fast-check';
import { arenaOrder, isDecayed } from '../../src/compiler/arena';
import { stream } from '../../src/data/random';
import { gradients } from '../../src/graph/autodiff';
import { Graph } from '../../src/graph/graph';
import {
	adamW,
	add,
	attention,
	cacheWrite,
	columnSoftmax,
	concatRows,
	gradientSquares,
	matmul,
	mix,
	repeatHeads,
	rmsNorm,
	scaleHeads,
	sliceRows,
	sumHeads,
	swiglu,
} from '../../src/graph/ops';
import { HYPER } from '../../src/graph/ops/hyper';
import { columnsOf, rowsOf, sameShape, sizeOf, type Tensor } from '../../src/graph/tensor';

const LENGTH = 3;
const ROWS = 2 * LENGTH;
const WIDTHS = [4, 6, 10];

type Choice = readonly [kind: number, first: number, second: number, width: number];

export interface GraphRecipe {
	choices: readonly Choice[];
	/** One per choice, repeated: true keeps that value for the host. */
	kept: readonly boolean[];
	/** Adds the gradients of the last value, their norm and a step of AdamW. */
	training: boolean;
}

const natural = fc.nat({ max: 40 });

export const graphRecipes: fc.Arbitrary<GraphRecipe> = fc.record({
	choices: fc.array(fc.tuple(natural, natural, natural, natural), { minLength: 1, maxLength: 9 }),
	kept: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
	training: fc.boolean(),
});

/** Operands of an instruction: values made so far, and fresh parameters, inputs and caches. */
class Builder {
	readonly graph = new Graph();
	readonly values: Tensor[];

	constructor() {
		this.values = WIDTHS.map((width) => this.graph.input(`x${width}`, [ROWS, width]));
	}

	pick = (n: number, fits: (tensor: Tensor) => boolean = () => true): Tensor | undefined => {
		const candidates = this.values.filter(fits);
		return candidates[n % Math.max(1, candidates.length)];
	};
	parameter = (shape: readonly number[]) => this.graph.parameter(`p${this.graph.parameters.size}`, shape);
	input = (shape: readonly number[]) => this.graph.input(`i${this.graph.inputs.size}`, shape);
	get position(): Tensor {
		return this.graph.inputs.get('position') ?? this.graph.input('position', [1], 'i32');
	}
}

/** Each returns its value, or nothing if the drawn tensors don't fit. */
const INSTRUCTIONS: ((builder: Builder, x: Tensor, second: number, width: number) => Tensor | undefined)[] = [
	({ graph, pick }, x, second) => graph.apply(add, [x, pick(second, (y) => sameShape(x.shape, y.shape)) as Tensor])[0],
	({ graph, pick, parameter }, x, second, width) => {
		const y = pick(second, (other) => sameShape(x.shape, other.shape)) as Tensor;
		const terms = [x, y, x].slice(0, 1 + (width % 3));
		return graph.apply(mix, [parameter([terms.length + 1]), ...terms], { indices: terms.map((_, i) => terms.length - i) })[0];
	},
	({ graph, parameter }, x, _, width) =>
		graph.apply(matmul, [x, parameter([WIDTHS[width % WIDTHS.length], columnsOf(x.shape)])], { transposeB: true })[0],
	({ graph, parameter }, x, _, width) => graph.apply(matmul, [x, parameter([columnsOf(x.shape), WIDTHS[width % WIDTHS.length]])])[0],
	({ graph, parameter }, x) => graph.apply(rmsNorm, [x, parameter([columnsOf(x.shape)])], { epsilon: 0.1 })[0],
	({ graph, pick }, x, second) => graph.apply(swiglu, [x, pick(second, (y) => sameShape(x.shape, y.shape)) as Tensor])[0],
	({ graph }, x) => graph.apply(columnSoftmax, [x])[0],
	({ graph, pick }, x, second) => {
		const y = pick(second, (other) => columnsOf(other.shape) === columnsOf(x.shape)) as Tensor;
		return rowsOf(x.shape) + rowsOf(y.shape) > 4 * ROWS ? undefined : graph.apply(concatRows, [x, y])[0];
	},
	({ graph }, x, _, width) =>
		columnsOf(x.shape) > 12 ? undefined : graph.apply(repeatHeads, [x], { heads: 1, copies: 1 + (width % 2) })[0],
	({ graph, pick }, x, second) => {
		const key = pick(second, (k) => sameShape(x.shape, k.shape)) as Tensor;
		return rowsOf(x.shape) !== ROWS ? undefined : graph.apply(attention, [x, key, key], { heads: 1, kvHeads: 1, length: LENGTH })[0];
	},
];

/** Instructions without a gradient rule, used if nothing is differentiated. */
const FORWARD_ONLY: typeof INSTRUCTIONS = [
	({ graph }, x, second) => {
		const first = second % rowsOf(x.shape);
		return graph.apply(sliceRows, [x], { first, shape: [rowsOf(x.shape) - first, columnsOf(x.shape)] })[0];
	},
	({ graph, input }, x, second) => graph.apply(scaleHeads, [x, input([2, 1])], { layer: second % 2 })[0],
	({ graph }, x) => (columnsOf(x.shape) % 4 === 0 ? graph.apply(sumHeads, [x], { heads: 1, copies: 2 })[0] : undefined),
	(builder, x) => {
		const { graph } = builder;
		const width = columnsOf(x.shape);
		const [row] = graph.apply(sliceRows, [x], { first: 0, shape: [1, width] });
		const cache = graph.state(`cache${graph.states.size}`, [ROWS, width]);
		const [written] = graph.apply(cacheWrite, [cache, row, builder.position]);
		graph.update(cache, written);
		return written;
	},
];

export function graphOf({ choices, kept, training }: GraphRecipe): Graph {
	const builder = new Builder();
	const { graph, values } = builder;
	const instructions = training ? INSTRUCTIONS : [...INSTRUCTIONS, ...FORWARD_ONLY];
	choices.forEach(([kind, first, second, width], i) => {
		graph.scope = `choice ${i}`;
		// A chain, so that the last value depends on every parameter.
		const x = training ? values[values.length - 1] : (builder.pick(first) as Tensor);
		const value = instructions[kind % instructions.length](builder, x, second, width);
		if (!value) return;
		values.push(value);
		if (kept[i % kept.length]) graph.output(`value ${i}`, value);
	});
	const last = values[values.length - 1];
	if (last.kind === 'value' && ![...graph.outputs.values()].includes(last)) graph.output('last', last);
	const order = arenaOrder(graph);
	const reached = training && last.kind === 'value' ? reachable(graph, last) : new Set<Tensor>();
	// AdamW updates every parameter, so the loss must depend on each of them.
	if (order.length === 0 || !order.every((parameter) => reached.has(parameter))) return graph;
	graph.scope = 'optimiser';
	const found = gradients(graph, new Map([[last, graph.input('seed', last.shape)]]), order);
	const grads = order.map((parameter) => found.get(parameter) as Tensor);
	// A gradient lies in its parameter's place of the arena, so it can be only one parameter's, and no input.
	if (new Set(grads).size < grads.length || grads.some(({ kind }) => kind !== 'value')) return graph;
	const [squares] = graph.apply(gradientSquares, grads);
	const moments = ['m.', 'v.'].flatMap((prefix) => order.map(({ name, shape }) => graph.state(prefix + name, shape)));
	const decayed = order.filter(isDecayed).length;
	const next = graph.apply(adamW, [...order, ...grads, ...moments, squares, graph.input('hyper', [HYPER.length])], { decayed });
	[...order, ...moments].forEach((tensor, i) => {
		graph.update(tensor, next[i]);
	});
	graph.output('squares', squares);
	return graph;
}

function reachable(graph: Graph, from: Tensor): Set<Tensor> {
	const reached = new Set([from]);
	for (const node of [...graph.nodes].reverse())
		if (node.outputs.some((output) => reached.has(output))) for (const input of node.inputs) reached.add(input);
	return reached;
}

/** Numbers for a random graph's inputs and parameters, the same for the same graph. */
export function numbersFor(graph: Graph) {
	const random = stream(11, 'random graph');
	const uniform = (tensor: Tensor) => Float32Array.from({ length: sizeOf(tensor.shape) }, () => random.normal() / 2);
	const numbers = (tensors: ReadonlyMap<string, Tensor>) =>
		Object.fromEntries([...tensors].map(([name, tensor]) => [name, uniform(tensor)]));
	const inputs: Record<string, Float32Array> = numbers(graph.inputs);
	if (inputs.position) inputs.position = Float32Array.of(random.integer(ROWS));
	if (inputs.hyper) inputs.hyper = Float32Array.of(0.01, 0.1, 0.05, 0.1, 0.9, 0.95, 1e-8, 1, 0.9, 0.02, 0.95);
	return { inputs, parameters: numbers(graph.parameters) };
}
