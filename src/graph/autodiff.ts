import type { Graph } from './graph';
import { GraphError, type Node } from './op';
import { add } from './ops/add';
import { recomputation } from './recompute';
import type { Tensor } from './tensor';

/**
 * Reverse-mode differentiation: appends to `graph` the nodes that compute d(Σ ⟨seed, output⟩) / d target.
 * The gradient of a tensor with several uses is the sum of the parts from each, added in a fixed order.
 *
 * @param seeds d loss / d output for each output that the loss depends on; `graph.one` for a scalar loss
 * @param recomputed labels of the parts whose values the backward pass computes again; the gradients are the same to the last bit
 * @returns the gradient of each target
 * @throws GraphError if an op has no gradient rule, or if the loss doesn't depend on a target
 */
export function gradients(
	graph: Graph,
	seeds: ReadonlyMap<Tensor, Tensor>,
	targets: readonly Tensor[],
	recomputed: ReadonlySet<string> = new Set(),
): Map<Tensor, Tensor> {
	const nodes = [...graph.nodes];
	const again = recomputation(graph, recomputed);
	const dependent = dependents(nodes, targets);
	const parts = new Map<Tensor, Tensor>(seeds);
	const accumulate = (tensor: Tensor, part: Tensor) => {
		const sum = parts.get(tensor);
		parts.set(tensor, sum ? graph.apply(add, [sum, part])[0] : part);
	};
	for (const node of nodes.reverse()) {
		const { op } = node;
		const [outputGradient, ...others] = node.outputs.map((output) => parts.get(output));
		if (others.some(Boolean)) throw new GraphError(`${op.name}: only its first output can be differentiated`);
		if (!outputGradient) continue;
		const needed = node.inputs.map((input, i) => dependent.has(input) && (op.differentiable?.includes(i) ?? true));
		if (!needed.some(Boolean)) continue;
		if (!op.gradient) throw new GraphError(`${op.name} has no gradient rule`);
		const known = again(node);
		graph.scope = `${node.label} backward`;
		op.gradient({ graph, node: known, outputGradient, needed }).forEach((part, i) => {
			if (part && needed[i]) accumulate(node.inputs[i], part);
		});
	}
	graph.scope = '';
	return new Map(
		targets.map((target) => {
			const gradient = parts.get(target);
			if (!gradient) throw new GraphError(`the loss doesn't depend on ${target.name}`);
			return [target, gradient];
		}),
	);
}

/** Every tensor whose value depends on one of `sources`, including the sources themselves. */
function dependents(nodes: readonly Node[], sources: readonly Tensor[]): Set<Tensor> {
	const reached = new Set<Tensor>(sources);
	for (const node of nodes) if (node.inputs.some((input) => reached.has(input))) for (const output of node.outputs) reached.add(output);
	return reached;
}
