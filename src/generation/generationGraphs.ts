import { Graph } from '../graph/graph';
import { cachedAttention, cacheWrite, embedding } from '../graph/ops';
import { columnsOf, type Tensor } from '../graph/tensor';
import { headSizeOf, type ModelConfig } from '../model/config';
import { ropeTables } from '../model/rope';
import { type Sequence, wholeSequences } from '../model/sequence';
import { forward } from '../model/transformer';

/** Name of the i-th cache: decoding's state, and prefill's output with the rows to put there. */
export const cacheName = (i: number): string => `cache ${i}`;

/**
 * The layers' keys or values that attention reads: one, or several that a method stacks along the key axis (cross-layer).
 * Each is what a cache keeps, and a layer that reads another's shares its cache.
 */
function partsOf(graph: Graph, tensor: Tensor): readonly Tensor[] {
	const maker = graph.nodes.find(({ outputs }) => outputs[0] === tensor);
	return maker?.op.stacksRows ? maker.inputs : [tensor];
}

/** The node that computes a tensor row by row from others, which a cache keeps instead (SkipV1Former's two halves of values). */
const rowwiseMaker = (graph: Graph, tensor: Tensor) => graph.nodes.find(({ op, outputs }) => op.isRowwise && outputs[0] === tensor);

/** The tensors to cache for `tensor`: itself, or the inputs from which it is computed row by row. */
function keptFor(graph: Graph, tensor: Tensor): readonly Tensor[] {
	const maker = rowwiseMaker(graph, tensor);
	return maker ? maker.inputs.flatMap((input) => keptFor(graph, input)) : [tensor];
}

/** Keys and values in the order in which a cached attention takes them: k, v, k, v. */
function partsInOrder(graph: Graph, key: Tensor, value: Tensor): Tensor[] {
	const values = partsOf(graph, value);
	return partsOf(graph, key).flatMap((part, i) => [part, values[i]]);
}

/**
 * The forward pass over a whole prompt: input `tokens` [T]; outputs `logits` [T, V] and every `cacheName` [T, G·dh], row t
 * of which a cache holds at position t. Padding after a prompt shorter than T changes nothing before it.
 */
export function prefillGraph(config: ModelConfig, length: number): Graph {
	const graph = new Graph();
	const whole = wholeSequences(graph, config, length);
	const stored = new Set<Tensor>();
	const sequence: Sequence = {
		...whole,
		attend(query, key, value, layer, sinks) {
			for (const part of partsInOrder(graph, key, value)) for (const kept of keptFor(graph, part)) stored.add(kept);
			return whole.attend(query, key, value, layer, sinks);
		},
	};
	const { logits } = forward(graph, config, graph.input('tokens', [length], 'i32'), sequence);
	graph.output('logits', logits);
	[...stored].forEach((tensor, i) => {
		graph.output(cacheName(i), tensor);
	});
	return graph;
}

/**
 * The forward pass of one token with the keys and values of those before it in caches: inputs `tokens` [1] and `position`
 * [1], from 0; states `cacheName` [capacity, G·dh], which get the token's row; output `logits` [1, V].
 *
 * The cache stores each distinct tensor that the method's attention reads once (docs/METHODS.md section 2).
 */
export function decodeGraph(config: ModelConfig, capacity: number): Graph {
	const graph = new Graph();
	const { heads, kvHeads } = config;
	const tokens = graph.input('tokens', [1], 'i32');
	const position = graph.input('position', [1], 'i32');
	const { cos, sin } = ropeTables(graph, capacity, headSizeOf(config), config.ropeTheta);
	// An embedding's lookup: the angles of this position.
	const atPosition = (table: Tensor) => graph.apply(embedding, [position, table])[0];
	const caches = new Map<Tensor, Tensor>();
	const cached = (row: Tensor): Tensor => {
		const known = caches.get(row);
		if (known) return known;
		const maker = rowwiseMaker(graph, row);
		if (maker) return graph.apply(maker.op, maker.inputs.map(cached), maker.attributes)[0];
		const cache = graph.state(cacheName(caches.size), [capacity, columnsOf(row.shape)]);
		const [written] = graph.apply(cacheWrite, [cache, row, position]);
		graph.update(cache, written);
		caches.set(row, written);
		return written;
	};
	const sequence: Sequence = {
		cos: atPosition(cos),
		sin: atPosition(sin),
		attend(query, key, value, _, sinks) {
			const caches = partsInOrder(graph, key, value).map(cached);
			return graph.apply(cachedAttention, [query, position, ...caches, ...(sinks ? [sinks] : [])], { heads, kvHeads });
		},
	};
	graph.output('logits', forward(graph, config, tokens, sequence).logits);
	return graph;
}
