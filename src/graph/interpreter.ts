import type { Graph } from './graph';
import { GraphError, type Numbers } from './op';
import { describe, sizeOf, type Tensor } from './tensor';

export interface Environment {
	/** By name; must include every input that a node reads. */
	inputs?: Record<string, ArrayLike<number>>;
	parameters?: Record<string, ArrayLike<number>>;
	/** Missing states start at zero. */
	states?: Record<string, ArrayLike<number>>;
}

export interface Result {
	outputs: Record<string, Numbers>;
	/** Parameters and states after the step's updates, by name. */
	parameters: Record<string, Numbers>;
	states: Record<string, Numbers>;
	/** Any tensor's numbers. */
	valueOf(tensor: Tensor): Numbers;
}

/**
 * Runs a graph in float64, node by node, with each op's `reference`. Kernels and fusions are tested against it. Arrays are
 * row-major without padding.
 *
 * @throws GraphError if numbers are missing or don't fit a shape
 */
export function interpret(graph: Graph, environment: Environment): Result {
	const values = new Map<Tensor, Numbers>();
	const give = (tensor: Tensor, numbers: ArrayLike<number> | undefined, what: string) => {
		if (!numbers) throw new GraphError(`no numbers for the ${what} ${describe(tensor)}`);
		if (numbers.length !== sizeOf(tensor.shape)) throw new GraphError(`${describe(tensor)} got ${numbers.length} numbers`);
		values.set(tensor, Float64Array.from(numbers));
	};
	for (const [name, tensor] of graph.inputs) if (environment.inputs?.[name]) give(tensor, environment.inputs[name], 'input');
	for (const [name, tensor] of graph.parameters) give(tensor, environment.parameters?.[name], 'parameter');
	for (const [name, tensor] of graph.states) give(tensor, environment.states?.[name] ?? new Float64Array(sizeOf(tensor.shape)), 'state');
	for (const { tensor, numbers } of graph.constants.values()) give(tensor, numbers, 'constant');
	const numbersOf = (tensor: Tensor): Numbers => {
		const numbers = values.get(tensor);
		if (!numbers) throw new GraphError(`no numbers for ${tensor.kind} ${describe(tensor)}`);
		return numbers;
	};
	for (const node of graph.nodes) {
		const results = node.op.reference(
			node.inputs.map(numbersOf),
			node.inputs.map((input) => input.shape),
			node.attributes,
		);
		node.outputs.forEach((output, i) => {
			if (results[i].length !== sizeOf(output.shape))
				throw new GraphError(`${node.op.name}: the reference gave ${results[i].length} numbers for ${describe(output)}`);
			values.set(output, results[i]);
		});
	}
	const after = (table: ReadonlyMap<string, Tensor>) =>
		Object.fromEntries([...table].map(([name, tensor]) => [name, numbersOf(graph.updates.get(tensor) ?? tensor)]));
	return {
		outputs: Object.fromEntries([...graph.outputs].map(([name, tensor]) => [name, numbersOf(tensor)])),
		parameters: after(graph.parameters),
		states: after(graph.states),
		valueOf: numbersOf,
	};
}
