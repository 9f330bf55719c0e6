import { arenaSizeOf } from '../graph/arena';
import type { Graph } from '../graph/graph';
import type { ArenaName, Operand, Scratch } from '../graph/kernel';
import type { Node } from '../graph/op';
import { describe, paddedSizeOf, sameShape, type Tensor } from '../graph/tensor';
import type { Call } from './lower';
import { type Member, membersOf, tensorsIn } from './members';
import { allocate, type Lifetime } from './memory';
import { type Place, type Plan, PlanError } from './plan';

/** A binding holds at least one vec4. */
const LEAST_BYTES = 16;

/** Identifies a tensor, or the scratch memory of one node. */
type Key = Tensor | string;

interface Stored {
	key: Key;
	operand: Tensor | Scratch;
	lifetime: Lifetime;
}

/** The place of every operand of a plan: in an arena, or in a buffer that is shared by liveness. */
export class Storage {
	readonly buffers: Plan['buffers'];
	/** Arenas that the calls bind. */
	readonly arenas = new Set<ArenaName>();
	/** Bytes that all operands would take if no buffer were shared. */
	readonly unsharedBytes: number;
	private readonly places = new Map<Key, Place>();
	/** The range of the arenas that a node uses, in floats, by the node's index. */
	private readonly ranges = new Map<number, { offset: number; floats: number }>();
	/** For the output of an op that works in place: the tensor whose memory it reuses. */
	private readonly aliases = new Map<Tensor, Tensor>();
	private readonly members: ReadonlyMap<Tensor, Member>;

	/** @throws PlanError if a tensor is too large for a binding, or if an op overwrites a tensor that another op reads */
	constructor(
		graph: Graph,
		nodes: readonly Node[],
		calls: readonly Call[],
		private readonly layout: Plan['arena'],
		private readonly maxBindingBytes: number,
		/** Values in float16. */
		private readonly half: ReadonlySet<Tensor> = new Set(),
	) {
		this.members = membersOf(calls);
		this.placeInArenas(graph, nodes);
		this.resolveAliases(nodes);
		const stored = this.lifetimes(graph, calls);
		this.checkArenaSize();
		const allocation = allocate(stored.map(({ lifetime }) => lifetime));
		const kept = new Set(stored.flatMap(({ operand }, i) => ('id' in operand && operand.kind === 'state' ? [allocation.buffers[i]] : [])));
		this.buffers = allocation.sizes.map((bytes, i) => ({ bytes, ...(kept.has(i) ? { kept: true } : {}), holds: allocation.holds[i] }));
		this.unsharedBytes = stored.reduce((sum, { lifetime }) => sum + lifetime.bytes, 0);
		stored.forEach(({ key, lifetime: { bytes }, operand }, i) => {
			const { shape, dtype } = 'id' in operand ? operand : { shape: [bytes / 4], dtype: 'f32' as const };
			this.places.set(key, { buffer: allocation.buffers[i], offset: 0, bytes, shape, dtype });
		});
	}

	has(tensor: Tensor): boolean {
		return this.places.has(this.keyOf(tensor, -1));
	}

	/** @param node index of the node that the operand is bound for */
	placeOf(operand: Operand, node: number): Place {
		if ('arena' in operand) {
			const range = operand.isWhole ? { offset: 0, floats: this.layout.floats } : this.ranges.get(node);
			if (!range) throw new PlanError(`node ${node} binds ${operand.arena}, but its op has no arenas`);
			return { buffer: operand.arena, offset: range.offset * 4, bytes: range.floats * 4, shape: [range.floats], dtype: 'f32' };
		}
		const place = this.places.get(this.keyOf(operand, node));
		if (!place) throw new PlanError(`nothing computes ${nameOf(operand)}`);
		const width = this.isHalf(operand) ? 2 : 4;
		const range = (offset: number, numbers: number) => ({ offset: offset * width, bytes: Math.max(LEAST_BYTES, numbers * width) });
		if ('id' in operand) {
			const member = this.members.get(this.aliasOf(operand));
			const { shape, dtype } = operand;
			return member ? { ...place, ...range(member.offset, paddedSizeOf(shape)), shape, dtype } : place;
		}
		const { part } = operand;
		return part ? { ...place, ...range(part.offset, part.floats) } : place;
	}

	/** True if the operand's numbers are float16. */
	isHalf(operand: Operand): boolean {
		if ('arena' in operand) return false;
		return 'id' in operand ? this.half.has(this.aliasOf(operand)) : operand.half === true;
	}

	private keyOf(operand: Tensor | Scratch, node: number): Key {
		if ('id' in operand) {
			const tensor = this.aliasOf(operand);
			return this.members.get(tensor)?.whole.scratch ?? tensor;
		}
		return operand.shared ? operand.scratch : `${node} ${operand.scratch}`;
	}

	private aliasOf(tensor: Tensor): Tensor {
		return this.aliases.get(tensor) ?? tensor;
	}

	/** Places the parameters and gradients that ops read in their arenas, and finds the range of the arenas that each op uses. */
	private placeInArenas(graph: Graph, nodes: readonly Node[]): void {
		const { entries } = this.layout;
		const place = (tensor: Tensor, arena: ArenaName, offset: number) =>
			this.places.set(tensor, {
				buffer: arena,
				offset: offset * 4,
				bytes: paddedSizeOf(tensor.shape) * 4,
				shape: tensor.shape,
				dtype: 'f32',
			});
		for (const { name, offset } of entries) place(graph.parameters.get(name) as Tensor, 'parameters', offset);
		nodes.forEach(({ op, inputs }, n) => {
			const arenas = op.arenas?.(inputs.length).inputs;
			if (!arenas) return;
			const inArena = (arena: ArenaName) => inputs.filter((_, i) => arenas[i] === arena);
			const used = this.entriesOf(inArena('parameters'), op.name);
			const [first, last] = [used[0], used[used.length - 1]];
			this.ranges.set(n, { offset: first.offset, floats: last.offset + arenaSizeOf(last.shape) - first.offset });
			for (const arena of ['gradients', 'microGradients'] as const) {
				const gradients = inArena(arena);
				if (!arenas.includes(arena) && arena === 'microGradients') continue;
				if (gradients.length !== used.length || !gradients.every(({ shape }, i) => sameShape(shape, used[i].shape)))
					throw new PlanError(`${op.name} takes the gradients of all ${used.length} parameters in the order of their arena`);
				gradients.forEach((gradient, i) => {
					place(gradient, arena, used[i].offset);
				});
			}
		});
	}

	/** The layout's entries of an op's parameters; of all parameters if the op has none. */
	private entriesOf(parameters: readonly Tensor[], op: string): Plan['arena']['entries'] {
		const { entries } = this.layout;
		if (parameters.length === 0) return entries;
		const start = entries.findIndex(({ name }) => name === parameters[0].name);
		const used = entries.slice(start, start + parameters.length);
		if (!parameters.every(({ name }, i) => name === used[i]?.name))
			throw new PlanError(`${op} takes parameters that follow one another in their arena`);
		return used;
	}

	private resolveAliases(nodes: readonly Node[]): void {
		for (const [n, node] of nodes.entries()) {
			const { inPlace, name } = node.op;
			if (inPlace === undefined) continue;
			const input = node.inputs[inPlace];
			const reader = nodes.slice(n + 1).find((other) => other.inputs.includes(input));
			if (reader) throw new PlanError(`${name} overwrites ${describe(input)}, which ${reader.label} ${reader.op.name} reads`);
			this.aliases.set(node.outputs[0], this.aliasOf(input));
		}
	}

	/** First and last use of each operand outside the arenas. Tensors that the host writes live from the start, and those that it reads to the end. */
	private lifetimes(graph: Graph, calls: readonly Call[]): Stored[] {
		const found = new Map<Key, Stored>();
		const outputs = new Set([...graph.outputs.values()].map((tensor) => this.aliasOf(tensor)));
		const fromHost = new Set([...this.members].filter(([{ kind }]) => kind !== 'value').map(([, { whole }]) => whole.scratch));
		calls.forEach((call, at) => {
			for (const bound of Object.values(call.bindings)) {
				if ('arena' in bound) {
					this.arenas.add(bound.arena);
					continue;
				}
				const tensor = 'id' in bound ? this.aliasOf(bound) : undefined;
				const operand = (tensor && this.members.get(tensor)?.whole) ?? tensor ?? (bound as Scratch);
				const key = this.keyOf(operand, call.node);
				const arena = this.places.get(key)?.buffer;
				if (typeof arena === 'string') {
					this.arenas.add(arena);
					continue;
				}
				const bytes = this.bytesOf(operand, call);
				const isOutput = tensorsIn(operand).some((held) => outputs.has(held));
				const known = found.get(key);
				if (known) {
					known.lifetime.last = Math.max(known.lifetime.last, isOutput ? Number.POSITIVE_INFINITY : at);
					known.lifetime.bytes = Math.max(known.lifetime.bytes, bytes);
					continue;
				}
				const isWritten = 'id' in operand ? operand.kind !== 'value' : fromHost.has(operand.scratch);
				const kept = isWritten || isOutput;
				const lifetime = { name: nameOf(operand), bytes, first: isWritten ? -1 : at, last: kept ? Number.POSITIVE_INFINITY : at };
				found.set(key, { key, operand, lifetime });
			}
		});
		return [...found.values()];
	}

	private bytesOf(operand: Tensor | Scratch, { label }: Call): number {
		const bytes = Math.max(LEAST_BYTES, ('id' in operand ? paddedSizeOf(operand.shape) : operand.floats) * (this.isHalf(operand) ? 2 : 4));
		if (bytes > this.maxBindingBytes)
			throw new PlanError(
				`${label}: ${nameOf(operand)} takes ${mebibytes(bytes)} MiB, but this device binds at most ${this.maxBindingBytes / 2 ** 20} MiB: lower batchSize, sequenceLength or the width, or raise microBatches`,
			);
		return bytes;
	}

	private checkArenaSize(): void {
		const bytes = this.layout.floats * 4;
		if (bytes > this.maxBindingBytes)
			throw new PlanError(
				`the parameters take ${mebibytes(bytes)} MiB, but this device binds at most ${this.maxBindingBytes / 2 ** 20} MiB: lower layers, hiddenSize or intermediateSize`,
			);
	}
}

const nameOf = (operand: Tensor | Scratch): string => ('id' in operand ? describe(operand) : operand.scratch);

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
