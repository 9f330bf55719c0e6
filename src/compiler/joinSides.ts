import { type Pair, together } from '../graph/kernel';
import type { Node } from '../graph/op';
import { paddedSizeOf, type Tensor } from '../graph/tensor';
import type { Call } from './lower';
import { halfOf, type Member, membersOf, mixesAccess } from './members';
import type { Profile } from './profile';

interface Options {
	profile: Profile;
	maxBindingBytes: number;
	/** Values in float16. */
	half?: ReadonlySet<Tensor>;
}

type Two = readonly [Tensor, Tensor];

/** Two neighbouring calls that one kernel can do, and the pairs of tensors that it needs together. */
interface Sides {
	own: Call;
	next: Call;
	read: Two;
	written: Two;
}

/**
 * Does calls of a node that don't wait for one another in one dispatch. The two tensors of a pair are stored together. Calls
 * stay apart if one of these tensors already has another place, or if a dispatch would then read and write one buffer. On software
 * adapters they always do: a step there is arithmetic, and lavapipe compiles one kernel for both sides longer than two kernels.
 */
export function joinSides(nodes: readonly Node[], calls: readonly Call[], options: Options): Call[] {
	if (options.profile.subgroupLanes > 0) return [...calls];
	const found = calls.flatMap((own, at) => sidesOf(own, calls[at + 1]) ?? []);
	const places = placesFor(nodes, calls, found, options);
	const joined = new Map<Call, Call>();
	const dropped = new Set<Call>();
	for (const { own, next, read, written } of found) {
		const inputs = pairIn(places, read);
		const results = pairIn(places, written);
		if (!inputs || !results?.isAlone) continue;
		const call = own.sideBySide?.join(own, next, inputs, results);
		if (!call) continue;
		joined.set(own, { ...call, label: own.label, op: own.op, node: own.node });
		dropped.add(next);
	}
	return calls.filter((call) => !dropped.has(call)).map((call) => joined.get(call) ?? call);
}

function sidesOf(own: Call, next: Call | undefined): Sides | undefined {
	const { sideBySide, node, bindings } = own;
	if (!sideBySide || next?.node !== node) return undefined;
	const [first, second] = sideBySide.read;
	const [result, nextResult] = sideBySide.written;
	const operands = [bindings[first], bindings[second], bindings[result], next.bindings[nextResult]];
	const tensors = operands.filter((operand): operand is Tensor => 'id' in operand);
	if (new Set(tensors).size < operands.length) return undefined;
	return { own, next, read: [tensors[0], tensors[1]], written: [tensors[2], tensors[3]] };
}

/** Places of tensors in buffers with others: those that they have, and new ones for pairs without. */
function placesFor(
	nodes: readonly Node[],
	calls: readonly Call[],
	found: readonly Sides[],
	{ maxBindingBytes, half }: Options,
): ReadonlyMap<Tensor, Member> {
	const places = membersOf(calls);
	const elsewhere = new Set<Tensor>(
		nodes.flatMap(({ op, inputs, outputs }) => (op.arenas || op.inPlace !== undefined ? [...inputs, ...outputs] : [])),
	);
	const isFree = (tensor: Tensor) => ['value', 'input'].includes(tensor.kind) && !places.has(tensor) && !elsewhere.has(tensor);
	let groups: Tensor[][] = [];
	for (const pair of found.flatMap(({ read, written }) => [read, written])) {
		if (!pair.every(isFree)) continue;
		// Layers may share their keys.
		const met = groups.filter((group) => pair.some((tensor) => group.includes(tensor)));
		groups = [...groups.filter((group) => !met.includes(group)), [...new Set([...met.flat(), ...pair])]];
	}
	for (const group of groups) {
		const isHalf = halfOf(group, half);
		if (isHalf === undefined) continue;
		const whole = together(group, 0, isHalf);
		if (whole.floats * 4 > maxBindingBytes || mixesAccess(nodes, calls, new Set(group))) continue;
		for (const [tensor, offset] of whole.holds) places.set(tensor, { whole, offset });
	}
	return places;
}

/** The range of memory with both tensors, and whether no other tensor is between them. Undefined if they are in two memories. */
function pairIn(places: ReadonlyMap<Tensor, Member>, pair: Two): (Pair & { isAlone: boolean }) | undefined {
	const [first, second] = pair.map((tensor) => places.get(tensor));
	if (!first || !second || first.whole !== second.whole) return undefined;
	const { whole } = first;
	const start = Math.min(first.offset, second.offset);
	const end = Math.max(...pair.map((tensor) => (places.get(tensor)?.offset ?? 0) + paddedSizeOf(tensor.shape)));
	const inside = [...(whole.holds ?? [])].filter(([, offset]) => offset >= start && offset < end);
	return {
		operand: { ...whole, part: { offset: start, floats: end - start } },
		starts: [first.offset - start, second.offset - start],
		isAlone: inside.length === 2,
	};
}
