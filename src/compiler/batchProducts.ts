import { type KernelCall, MOST_WORKGROUPS, type Operand, type Scratch } from '../graph/kernel';
import type { Node } from '../graph/op';
import { paddedSizeOf, type Tensor } from '../graph/tensor';
import type { Call } from './lower';
import type { ArenaLayout } from './plan';
import type { Profile } from './profile';
import { selectKernel } from './selectKernel';

/** Parts that the uniforms of `products_*.wgsl` have room for. */
const MOST_PARTS = 4;
/** Tensors in one buffer start at multiples of this many floats, WebGPU's alignment of bindings. */
const ALIGNMENT = 64;
const NO_TILE = 0xffffffff;

/** A tensor that has a place in a buffer with others. */
export interface Member {
	whole: Scratch;
	/** In floats. */
	offset: number;
}

export interface Batched {
	calls: Call[];
	members: ReadonlyMap<Tensor, Member>;
}

interface Options {
	profile: Profile;
	layout: ArenaLayout;
	maxBindingBytes: number;
}

/**
 * Joins products that don't depend on one another into one dispatch: those of one input with several weights (Q, K and V; gate
 * and up), and those of the gradients of these weights. Each sum keeps its order. The gradients of the outputs
 * share a buffer, so that one binding holds them.
 *
 * A product stays alone if its sum is split and not deferred, if a residual is added to it, or if a dispatch would have to read
 * and write the shared buffer.
 */
export function batchProducts(nodes: readonly Node[], calls: readonly Call[], options: Options): Batched {
	const members = new Map<Tensor, Member>();
	const replaced = new Map<Call, Call | null>();
	const gather = calls.find((call) => call.summing);
	const gradients = gather ? nodes[gather.node].inputs : [];
	const inPlace = new Set(nodes.flatMap(({ op, inputs }) => (op.inPlace === undefined ? [] : [inputs[op.inPlace]])));
	const isFree = (operand: Operand): operand is Tensor =>
		'id' in operand && operand.kind === 'value' && !members.has(operand) && !inPlace.has(operand) && !gradients.includes(operand);
	const groups = new Map<string, Call[]>();
	for (const call of calls) {
		const key = keyOf(call, isFree, gradients);
		if (key === undefined) continue;
		const group = groups.get(key) ?? [];
		if (group.length < MOST_PARTS) groups.set(key, [...group, call]);
	}
	for (const parts of groups.values()) {
		if (parts.length < 2) continue;
		const sharesA = parts[0].joint?.shares === 'a';
		const upstream = sharesA ? [] : parts.map(({ bindings }) => bindings.a as Tensor);
		if (!upstream.every(isFree) || new Set(upstream).size < upstream.length || mixesAccess(nodes, calls, new Set(upstream))) continue;
		const placed = placeTogether(upstream);
		if (placed.whole.floats * 4 > options.maxBindingBytes) continue;
		const joined = joinedCall(parts, placed, options);
		if (joined.extent[0] > MOST_WORKGROUPS) continue;
		upstream.forEach((tensor, i) => {
			members.set(tensor, { whole: placed.whole, offset: placed.offsets[i] });
		});
		// Products with a common input can run when the first does; gradients of weights, when the last does.
		const at = sharesA ? parts[0] : parts[parts.length - 1];
		for (const call of parts) replaced.set(call, call === at ? joined : null);
	}
	return { calls: calls.map((call) => replaced.get(call) ?? call).filter((call) => replaced.get(call) !== null), members };
}

/** Equal for calls that may be joined; undefined if a call may not. */
function keyOf(call: Call, isFree: (operand: Operand) => boolean, gradients: readonly Tensor[]): string | undefined {
	const { joint, bindings, uniforms } = call;
	if (!joint || uniforms.hasResidual !== 0) return undefined;
	const { a, b, c } = bindings;
	if (!('id' in a && 'id' in b)) return undefined;
	if (joint.shares === 'a') return b.kind === 'parameter' && 'id' in c ? `a ${a.id}` : undefined;
	const isGradient = 'scratch' in c ? c.part !== undefined : gradients.includes(c as Tensor);
	return isGradient && isFree(a) ? `b ${b.id}` : undefined;
}

/** True if a call reads one of the tensors and writes another: WebGPU forbids both for one buffer in a dispatch. */
function mixesAccess(nodes: readonly Node[], calls: readonly Call[], tensors: ReadonlySet<Tensor>): boolean {
	return calls.some(({ node, bindings }) => {
		const bound = Object.values(bindings).filter((operand): operand is Tensor => 'id' in operand && tensors.has(operand));
		const written = bound.filter((tensor) => nodes[node].outputs.includes(tensor));
		return written.length > 0 && written.length < bound.length;
	});
}

/** Memory to bind for a part that is missing. Each has its own, because WebGPU refuses to write one range through two bindings. */
const missing = (part: number): Scratch => ({ scratch: `no part ${part}`, floats: 4 });

function placeTogether(tensors: readonly Tensor[]): { whole: Scratch; offsets: number[] } {
	let floats = 0;
	const offsets = tensors.map(({ shape }) => {
		const offset = floats;
		floats += Math.ceil(paddedSizeOf(shape) / ALIGNMENT) * ALIGNMENT;
		return offset;
	});
	return { whole: { scratch: tensors.map(({ name }) => name).join(' + '), floats, shared: true }, offsets };
}

function joinedCall(
	parts: readonly Call[],
	{ whole, offsets }: { whole: Scratch; offsets: readonly number[] },
	{ profile, layout }: Options,
): Call {
	const [first] = parts;
	const { joint } = first;
	if (!joint) throw new Error(`${first.label}: products of this kind are not joined`);
	const sharesA = joint.shares === 'a';
	const entryOf = (name: string) => layout.entries.find((entry) => entry.name === name)?.offset ?? 0;
	const grids = parts.map((call) => selectKernel(call, profile).grid);
	let tiles = 0;
	const firstTile = grids.map(([x, y]) => {
		const start = tiles;
		tiles += x * y;
		return start;
	});
	const filled = (numbers: readonly number[], missing = 0) => [...numbers, ...Array(MOST_PARTS - numbers.length).fill(missing)];
	const uniform = (name: string) => filled(parts.map(({ uniforms }) => uniforms[name] as number));
	const vectors = (floats: readonly number[]) => filled(floats.map((offset) => offset / 4));
	const zeros = parts.map(() => 0);
	const names = ['rows', 'columns', 'inner', 'strideA', 'strideB', 'strideC', 'innerPerSplit'];
	const { a, b } = first.bindings;
	return {
		...first,
		kernel: joint.kernel,
		bindings: {
			a: sharesA ? a : whole,
			b: sharesA ? { arena: 'parameters', isWhole: true } : b,
			...Object.fromEntries(Array.from({ length: MOST_PARTS }, (_, i) => [`c${i}`, parts.at(i)?.bindings.c ?? missing(i)])),
		},
		uniforms: {},
		partUniforms: {
			...Object.fromEntries(names.map((name) => [name, uniform(name)])),
			firstA: vectors(sharesA ? zeros : offsets),
			firstB: vectors(sharesA ? parts.map(({ bindings }) => entryOf((bindings.b as Tensor).name)) : zeros),
			firstTile: filled(firstTile, NO_TILE),
			tilesAcross: filled(grids.map(([x]) => x)),
		},
		extent: [tiles, 1, Math.max(...grids.map(([, , z]) => z))],
		flops: parts.reduce((sum, { flops = 0 }) => sum + flops, 0),
		moved: movedBy(parts),
	};
}

/** Bytes of the parts' own operands, and of the one that they share once. */
function movedBy(parts: readonly KernelCall[]): number {
	const sizes = new Map<Operand, number>();
	for (const { bindings, uniforms, extent } of parts)
		for (const [name, operand] of Object.entries(bindings)) {
			if (name === 'residual') continue;
			const floats = name === 'c' ? extent[2] * uniforms.rows * uniforms.strideC : 'id' in operand ? paddedSizeOf(operand.shape) : 0;
			sizes.set(operand, floats * 4);
		}
	return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}
