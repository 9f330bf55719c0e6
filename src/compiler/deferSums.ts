import type { Graph } from '../graph/graph';
import type { PartialSum, Scratch } from '../graph/kernel';
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
/** Factor of the period in an entry, above the number of vec4s in a block. */
const PLACES = 32;
/** Floats of parts that are kept until all gradients are read. */
const MOST_TOGETHER = (20 * 2 ** 20) / 4;
/** If there are more: floats that are kept at a time. */
const MOST_PER_PERIOD = (8 * 2 ** 20) / 4;

export interface Deferred {
	calls: Call[];
	/** The table of parts; absent if nothing was deferred. */
	table?: { tensor: Tensor; numbers: Float32Array };
}

/** A sum that can be left to the call that reads all gradients. */
interface Deferrable {
	call: Call;
	sum: PartialSum;
	/** Place of its result in the arena, in floats. */
	arenaOffset: number;
	floats: number;
}

/** The parts of some gradients, which are in memory together. */
interface Period {
	sums: Deferrable[];
	floats: number;
}

/**
 * Leaves the second pass of each gradient's two-pass sum to the call that first reads all gradients, which adds the parts in
 * the same order. That saves a dispatch per parameter. The parts of all gradients live in one buffer until then. If they are
 * many, as in a large model, the buffer serves one part of the model after the other, with a dispatch after each.
 *
 * A sum stays where it is if its result is read earlier, or if the buffer would grow too large.
 */
export function deferSums(
	graph: Graph,
	nodes: readonly Node[],
	calls: readonly Call[],
	layout: ArenaLayout,
	{ profile, mostParts }: { profile: Profile; mostParts: number },
): Deferred {
	const gather = calls.find((call) => call.summing);
	if (!gather?.summing) return { calls: [...calls] };
	const { alone, within } = gather.summing;
	const periods = periodsOf(nodes, deferrable(graph, nodes, calls, gather, layout), Math.min(MOST_VECTORS * 4, mostParts / 4));
	if (!periods.length) return { calls: [...calls] };
	const numbers = new Float32Array((layout.floats / BLOCK) * ENTRY);
	/** Place of each node's scratch memory in the shared buffer, by node and name. */
	const places = new Map<string, { offset: number; floats: number }>();
	const dropped = new Set<Call>();
	/** Indices of the nodes before which the parts so far are added, with their periods. */
	const addedBefore = new Map<number, number>();
	periods.forEach(({ sums }, period) => {
		let total = 0;
		for (const { call, sum, arenaOffset, floats } of sums) {
			const { partials, parts, vectors, lanes } = sum;
			dropped.add(call);
			places.set(`${call.node} ${partials.scratch}`, { offset: total, floats });
			const inTree = lanes > 1 && selectKernel(call, profile).variant.overrides.LANES !== 1;
			for (let first = 0; first < vectors; first += BLOCK / 4) {
				const real = Math.min(BLOCK / 4, vectors - first);
				const entry = [total / 4 + first, inTree ? -parts : parts, vectors, real + PLACES * period];
				numbers.set(entry, ((arenaOffset + 4 * first) / BLOCK) * ENTRY);
			}
			total += floats;
		}
		if (period > 0) addedBefore.set(sums[0].call.node, period - 1);
	});
	const whole: Scratch = { scratch: 'parts of gradients', floats: Math.max(...periods.map(({ floats }) => floats)), shared: true };
	const table: Tensor = { id: -1, name: 'table of parts', kind: 'constant', shape: [numbers.length / ENTRY, ENTRY], dtype: 'f32' };
	const adding = (period: number): Call => ({
		...alone(whole, table, period),
		label: 'parts of gradients',
		op: gather.op,
		node: gather.node,
		endsPeriod: true,
	});
	const last = periods.length - 1;
	const result = calls.flatMap((call): Call[] => {
		if (dropped.has(call)) return [];
		if (call === gather) return within ? [{ ...call, ...within(whole, table, last) }] : [adding(last), call];
		const own = { ...call, bindings: moved(call, whole, places) };
		const before = addedBefore.get(call.node);
		addedBefore.delete(call.node);
		return before === undefined ? [own] : [adding(before), own];
	});
	return { calls: result, table: { tensor: table, numbers } };
}

/** The sums of gradients that nothing reads before `gather`, in order. */
function deferrable(graph: Graph, nodes: readonly Node[], calls: readonly Call[], gather: Call, layout: ArenaLayout): Deferrable[] {
	const gradients = nodes[gather.node].inputs;
	const readings = new Map<unknown, number>();
	for (const { bindings } of calls) for (const operand of Object.values(bindings)) readings.set(operand, (readings.get(operand) ?? 0) + 1);
	const kept = new Set<Tensor>(graph.outputs.values());
	return calls.flatMap((call) => {
		const { sum } = call;
		if (!sum) return [];
		const index = gradients.indexOf(sum.out as Tensor);
		if (index < 0 || readings.get(sum.out) !== 1 || kept.has(sum.out as Tensor)) return [];
		const floats = Math.ceil((sum.parts * sum.vectors * 4) / BLOCK) * BLOCK;
		return [{ call, sum, arenaOffset: layout.entries[index].offset, floats }];
	});
}

/** Divides sums into periods of whole parts of the model, so that products of one input stay together; leaves out what has no room. */
function periodsOf(nodes: readonly Node[], sums: readonly Deferrable[], bound: number): Period[] {
	const total = sums.reduce((all, { floats }) => all + floats, 0);
	const most = Math.min(bound, total <= MOST_TOGETHER ? MOST_TOGETHER : MOST_PER_PERIOD);
	const labelOf = ({ call }: Deferrable): string => nodes[call.node].label;
	const groups: Deferrable[][] = [];
	for (const each of sums) {
		const group = groups.at(-1);
		if (group && labelOf(group[0]) === labelOf(each)) group.push(each);
		else groups.push([each]);
	}
	const periods: Period[] = [];
	for (const group of groups) {
		const fitting: Period = { sums: [], floats: 0 };
		for (const each of group) {
			if (fitting.floats + each.floats > most) continue;
			fitting.sums.push(each);
			fitting.floats += each.floats;
		}
		const open = periods.at(-1);
		if (!fitting.sums.length) continue;
		if (!open || open.floats + fitting.floats > most) periods.push(fitting);
		else {
			open.sums.push(...fitting.sums);
			open.floats += fitting.floats;
		}
	}
	return periods;
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
