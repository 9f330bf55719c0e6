import type { Graph } from './graph';
import type { Node } from './op';
import type { Tensor } from './tensor';

/**
 * Lets a backward pass compute values of the forward pass again, instead of keeping them: activations then live no longer than
 * the part of the model that needs them. Source: Chen et al., arXiv 1604.06174.
 *
 * The parts are the nodes with one label. What other parts or the host read of a part is kept, such as its output, the first layer's
 * values, or the outputs that later layers mix. The same ops compute the rest from it, so no number changes.
 *
 * @param labels of the parts to compute again
 * @returns for a node of the graph as it is now, the node with the values that its gradient rule may read. The first call for a part
 * adds the part's nodes to the graph once more; those that no gradient reads are dropped with other dead nodes.
 */
export function recomputation(graph: Graph, labels: ReadonlySet<string>): (node: Node) => Node {
	const nodes = [...graph.nodes];
	const madeBy = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node.label] as const)));
	const kept = new Set<Tensor>(graph.outputs.values());
	for (const { inputs, label } of nodes) for (const input of inputs) if (madeBy.get(input) !== label) kept.add(input);
	const copies = new Map<Tensor, Tensor>();
	const copyOf = (tensor: Tensor): Tensor => copies.get(tensor) ?? tensor;
	const computed = new Set<string>();
	const compute = (label: string) => {
		computed.add(label);
		graph.scope = `${label} again`;
		for (const node of nodes) {
			if (node.label !== label) continue;
			const outputs = graph.apply(node.op, node.inputs.map(copyOf), node.attributes);
			node.outputs.forEach((output, i) => {
				if (!kept.has(output)) copies.set(output, outputs[i]);
			});
		}
	};
	return (node) => {
		if (!labels.has(node.label)) return node;
		if (!computed.has(node.label)) compute(node.label);
		return { ...node, inputs: node.inputs.map(copyOf), outputs: node.outputs.map(copyOf) };
	};
}
