/** Storage of activations and of copies of the weights in float16. Kernels compute in float32 whatever they load. */
import type { Graph } from '../graph/graph';
import { alignedNumbers, type KernelCall, type Operand, perElement, type Scratch } from '../graph/kernel';
import type { Node } from '../graph/op';
import { paddedSizeOf, rowsOf, type Tensor } from '../graph/tensor';
import type { Call } from './lower';
import { membersOf } from './members';
import type { ArenaLayout } from './plan';
import type { Profile } from './profile';

/** Floats that a number of the table of places stands for; see `shaders/copy_weights.wgsl`. */
const BLOCK = 64;

const copyKernel = perElement('copyWeights', 'copy_weights');

/**
 * The values to store in float16: those with a row for each position of the batch, or several. The rest stays in float32: losses,
 * statistics, gradients of weights, what the host reads, and the memory in which a kernel sums.
 *
 * @param rows positions of the batch, or of a micro-batch
 */
export function halfTensors(
	graph: Graph,
	nodes: readonly Node[],
	calls: readonly Call[],
	{ profile, rows }: { profile: Profile; rows: number },
): Set<Tensor> {
	// Only statistics are stored together when calls are lowered.
	const full = new Set<Operand>([...graph.outputs.values(), ...membersOf(calls).keys()]);
	for (const { op, inputs, outputs, attributes } of nodes) {
		const arenas = op.arenas?.(inputs.length);
		inputs.forEach((input, i) => {
			if (arenas?.inputs[i] || op.inPlace === i) full.add(input);
		});
		outputs.forEach((output, i) => {
			if (arenas?.outputs[i] || (op.inPlace !== undefined && i === 0) || op.fullPrecision?.(attributes).includes(i)) full.add(output);
		});
	}
	const sums = profile.subgroupLanes === 0 ? () => [] : ({ kernel }: Call) => kernel.onSubgroups?.(profile.subgroupLanes).sumsIn ?? [];
	for (const call of calls) for (const name of sums(call)) full.add(call.bindings[name]);
	const rotated = new Map(calls.flatMap(({ rotation }) => (rotation ? [[rotation.out, rotation.x] as const] : [])));
	const half = new Set<Tensor>();
	for (const { op, inputs, outputs } of nodes)
		for (const output of outputs) {
			// A sum of gradients of a weight is one; and the kernel that a rotation is left to may sum in its result.
			const follows = op.isSum ? inputs : [rotated.get(output) ?? []].flat();
			const isActivation = output.dtype === 'f32' && output.shape.length > 1 && rowsOf(output.shape) % rows === 0;
			if (isActivation && !full.has(output) && follows.every((input) => half.has(input))) half.add(output);
		}
	return half;
}

/** A copy of all weights in float16, which a step makes before it reads them. */
interface WeightCopy {
	copy: Scratch;
	/** Places of the parameters in the copy, aligned for float16. */
	layout: ArenaLayout;
	/** The call that makes it. */
	call: Call;
	table: { tensor: Tensor; numbers: Float32Array };
}

export function weightCopy(layout: ArenaLayout): WeightCopy {
	let floats = 0;
	const numbers = new Float32Array(layout.floats / BLOCK);
	const entries = layout.entries.map((entry, i) => {
		const offset = floats;
		const size = (layout.entries.at(i + 1)?.offset ?? layout.floats) - entry.offset;
		for (let at = 0; at < size; at += BLOCK) numbers[(entry.offset + at) / BLOCK] = (offset + at) / BLOCK;
		floats += alignedNumbers(size, true);
		return { ...entry, offset };
	});
	const copy: Scratch = { scratch: 'weights in float16', floats, shared: true, half: true };
	const tensor: Tensor = { id: -2, name: 'places of weights in float16', kind: 'constant', shape: [numbers.length], dtype: 'f32' };
	const vectors = layout.floats / 4;
	const made: KernelCall = {
		kernel: copyKernel,
		bindings: { parameters: { arena: 'parameters', isWhole: true }, table: tensor, copy },
		uniforms: { vectors },
		extent: [vectors, 1, 1],
	};
	return {
		copy,
		layout: { ...layout, entries, floats },
		call: { ...made, label: 'weights in float16', op: 'copyWeights', node: 0 },
		table: { tensor, numbers },
	};
}

/**
 * Lets calls read matrices from the copy of the weights, which the first call then makes. Vectors, such as λ and the weights of norms, are
 * read in float32, and optimisers change the weights themselves.
 */
export function readCopies(calls: readonly Call[], { copy, layout, call: making }: WeightCopy): Call[] {
	const places = new Map(
		layout.entries.map(({ name, shape, offset }) => [name, { ...copy, part: { offset, floats: paddedSizeOf(shape) } }]),
	);
	const read = (operand: Operand): Operand => {
		if ('arena' in operand) return operand.arena === 'parameters' && operand.isWhole ? copy : operand;
		if (!('id' in operand) || operand.kind !== 'parameter' || operand.shape.length === 1) return operand;
		return places.get(operand.name) ?? operand;
	};
	let isRead = false;
	const reading = calls.map((call) => {
		const bindings = Object.entries(call.bindings).map(([name, operand]) => [name, read(operand)] as const);
		isRead ||= bindings.some(([name, operand]) => operand !== call.bindings[name]);
		return { ...call, bindings: Object.fromEntries(bindings) };
	});
	return isRead ? [making, ...reading] : reading;
}
