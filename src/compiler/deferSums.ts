import type { Graph } from '../graph/graph';
import type { Scratch } from '../graph/kernel';
import type { Node } from '../graph/op';
import type { Tensor } from '../graph/tensor';
import type { Call } from './lower';
import type { ArenaLayout } from './plan';
import type { Profile } from './profile';
import { selectKernel } from './selectKernel';

/** Floats that an entry of the table describes; tensors in an arena start at multiples of it. */
const BLOCK = 64;
const ENTRY = 4;
/** Float32 holds every whole number below this. */
const MOST_VECTORS = 2 ** 24;

export interface Deferred {
	calls: Call[];
	/** The table of parts; absent if nothing was deferred. */
	table?: { tensor: Tensor; numbers: Float32Array };
}

/**
 * Leaves the second pass of each gradient's two-pass sum to the call that first reads all gradients, which adds the parts in
 * the same order. That saves a dispatch per parameter. The parts of all gradients live in one buffer until then.
 *
 * A sum stays where it is if its result is read earlier, or if the buffer would outgrow a binding.
 */
export function deferSums(
	graph: Graph,
	nodes: readonly Node[],
	calls: readonly Call[],
	layout: ArenaLayout,
	{ profile, maxBindingBytes }: { profile: Profile; maxBindingBytes: number },
): Deferred {
	const gather = calls.find((call) => call.summing);
	if (!gather?.summing) return { calls: [...calls] };
	const gradients = nodes[gather.node].inputs;
	const readings = new Map<unknown, number>();
	for (const { bindings } of calls) for (const operand of Object.values(bindings)) readings.set(operand, (readings.get(operand) ?? 0) + 1);
	const kept = new Set<Tensor>(graph.outputs.values());
	const most = Math.min(MOST_VECTORS, maxBindingBytes / 16) * 4;
	const numbers = new Float32Array((layout.floats / BLOCK) * ENTRY);
	/** Place of each node's scratch memory in the shared buffer, by node and name. */
	const places = new Map<string, { offset: number; floats: number }>();
	const dropped = new Set<Call>();
	let total = 0;
	for (const call of calls) {
		if (!call.sum) continue;
		const { partials, parts, vectors, lanes, out } = call.sum;
		const index = gradients.indexOf(out as Tensor);
		if (index < 0 || readings.get(out) !== 1 || kept.has(out as Tensor)) continue;
		const floats = Math.ceil((parts * vectors * 4) / BLOCK) * BLOCK;
		if (total + floats > most) continue;
		dropped.add(call);
		places.set(`${call.node} ${partials.scratch}`, { offset: total, floats });
		const inTree = lanes > 1 && selectKernel(call, profile).variant.overrides.LANES !== 1;
		const start = layout.entries[index].offset / BLOCK;
		for (let block = 0; block * (BLOCK / 4) < vectors; block++) {
			const first = (block * BLOCK) / 4;
			numbers.set([total / 4 + first, inTree ? -parts : parts, vectors, Math.min(BLOCK / 4, vectors - first)], (start + block) * ENTRY);
		}
		total += floats;
	}
	if (!dropped.size) return { calls: [...calls] };
	const whole: Scratch = { scratch: 'parts of gradients', floats: total, shared: true };
	const tensor: Tensor = { id: -1, name: 'table of parts', kind: 'constant', shape: [numbers.length / ENTRY, ENTRY], dtype: 'f32' };
	const { summing } = gather;
	return {
		calls: calls
			.filter((call) => !dropped.has(call))
			.map((call) => (call === gather ? { ...call, ...summing(whole, tensor) } : { ...call, bindings: moved(call, whole, places) })),
		table: { tensor, numbers },
	};
}

/** The call's bindings with scratch memory that has moved to the shared buffer. */
function moved(
	{ node, bindings }: Call,
	whole: Scratch,
	places: ReadonlyMap<string, { offset: number; floats: number }>,
): Call['bindings'] {
	return Object.fromEntries(
		Object.entries(bindings).map(([name, operand]) => {
			const part = 'scratch' in operand ? places.get(`${node} ${operand.scratch}`) : undefined;
			return [name, part ? { ...whole, part } : operand];
		}),
	);
}
