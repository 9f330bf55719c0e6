import type { Graph } from '../graph/graph';
import type { KernelCall } from '../graph/kernel';
import type { Node } from '../graph/op';
import type { Tensor } from '../graph/tensor';
import type { Profile } from './profile';
import { splitReductions } from './splitReductions';
import type { TileChoice } from './tiles';

/** A kernel call with the node that it computes. */
export interface Call extends KernelCall {
	label: string;
	/** Name of the node's op. */
	op: string;
	/** Index of the node, which keeps its scratch memory apart from that of other nodes. */
	node: number;
	/** True if it adds the parts of gradients so far, so that later calls overwrite them. */
	endsPeriod?: true;
	/** Set if it joins products, whose tiles are part of it. */
	tiles?: TileChoice;
}

/** The kernel calls that compute the nodes, in order. */
export function lower(graph: Graph, nodes: readonly Node[], profile: Profile, fuse = true): Call[] {
	const used = new Set<Tensor>([...graph.outputs.values(), ...graph.updates.values(), ...nodes.flatMap((node) => node.inputs)]);
	return nodes.flatMap((node, n) =>
		node.op
			.lower(node, { isUsed: (output) => used.has(output), fuse })
			.flatMap((call) => splitReductions(call, profile))
			.map((call) => ({ ...call, label: `${node.label} ${node.op.name}`.trim(), op: node.op.name, node: n })),
	);
}
