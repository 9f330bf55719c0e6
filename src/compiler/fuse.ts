import type { Graph } from '../graph/graph';
import type { Node } from '../graph/op';
import type { Tensor } from '../graph/tensor';

/** Tensors that must be computed: outputs and updates. */
const roots = (graph: Graph): Set<Tensor> => new Set([...graph.outputs.values(), ...graph.updates.values()]);

/** The nodes that the outputs and updates depend on, in order. */
export function eliminateDead(graph: Graph): Node[] {
	const needed = roots(graph);
	const kept: Node[] = [];
	for (const node of [...graph.nodes].reverse()) {
		if (!node.outputs.some((output) => needed.has(output))) continue;
		kept.push(node);
		for (const input of node.inputs) needed.add(input);
	}
	return kept.reverse();
}

/**
 * Folds each sum x + y into the op that computes x or y, if that op can add a residual, nothing else reads its output, and
 * the other summand is computed before it. If x and y are both such outputs, the op that computes the later one is used.
 */
export function foldAdds(graph: Graph, nodes: readonly Node[]): Node[] {
	const uses = new Map<Tensor, number>();
	for (const node of nodes) for (const input of node.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
	const kept = roots(graph);
	const result: (Node | undefined)[] = [];
	const madeAt = new Map<Tensor, number>();
	const push = (node: Node) => {
		for (const output of node.outputs) madeAt.set(output, result.length);
		result.push(node);
	};
	const host = (tensor: Tensor): Node | undefined => {
		const node = result[madeAt.get(tensor) ?? -1];
		if (!node || node.outputs[0] !== tensor || uses.get(tensor) !== 1 || kept.has(tensor)) return undefined;
		return node.inputs.length === node.op.residualInput?.(node.attributes) ? node : undefined;
	};
	for (const node of nodes) {
		if (!node.op.isSum || node.inputs[0] === node.inputs[1]) {
			push(node);
			continue;
		}
		const [early, late] = [...node.inputs].sort((a, b) => (madeAt.get(a) ?? -1) - (madeAt.get(b) ?? -1));
		const fused = (into: Node, residual: Tensor): Node => ({
			...into,
			inputs: [...into.inputs, residual],
			outputs: [node.outputs[0], ...into.outputs.slice(1)],
		});
		const lateHost = host(late);
		const earlyHost = host(early);
		if (lateHost) {
			const at = madeAt.get(late) as number;
			result[at] = fused(lateHost, early);
			madeAt.set(node.outputs[0], at);
		} else if (earlyHost && earlyHost.outputs.length === 1) {
			result[madeAt.get(early) as number] = undefined;
			push(fused(earlyHost, late));
		} else push(node);
	}
	return result.filter((node) => node !== undefined);
}
