import type { Graph } from '../graph/graph';
import type { ArenaName, KernelCall, Node, Operand } from '../graph/op';
import { describe, paddedSizeOf, sameShape, type Tensor } from '../graph/tensor';
import { arenaLayout } from './arena';
import { expand } from './expand';
import { foldAdds, live } from './fuse';
import { place } from './kernels';
import { allocate, type Lifetime } from './memory';
import { type Dispatch, type Place, type Plan, PlanError, variantKey } from './plan';
import type { Profile } from './profile';

export interface CompileOptions {
	profile: Profile;
	/** Largest storage binding of the device, bytes; WebGPU guarantees 128 MiB. */
	maxBindingBytes?: number;
	/** Off: nodes are lowered one by one, as they stand. For tests of the fusions. */
	fuse?: boolean;
}

interface Call extends KernelCall {
	label: string;
	/** Tells scratch memory of one node from another's. */
	node: number;
}

/**
 * Compiles a graph to a plan: drops what nothing needs, folds additions, lowers ops to kernel calls, chooses variants
 * and grids for the profile, and lets activations share memory by liveness. Pure: the same graph gives the same plan.
 *
 * @throws PlanError where a tensor is larger than a binding may be.
 */
export function compile(graph: Graph, { profile, maxBindingBytes = 128 * 2 ** 20, fuse = true }: CompileOptions): Plan {
	const needed = live(graph);
	const nodes = fuse ? foldAdds(graph, needed) : needed;
	const calls = lower(graph, nodes, profile);
	const layout = arenaLayout(graph);
	const storage = new Storage(graph, nodes, calls, layout, maxBindingBytes);
	const dispatches = calls.map((call): Dispatch => {
		const { variant, grid } = place(call, profile);
		const bindings = Object.fromEntries(
			Object.entries(call.bindings).map(([name, operand]) => {
				const { buffer, offset, bytes } = storage.placeOf(operand, call.node);
				return [name, { buffer, offset, bytes }];
			}),
		);
		return { kernel: call.kernel, variant, bindings, uniforms: call.uniforms, grid, label: call.label, flops: call.flops ?? 0 };
	});
	const tensors: Record<string, Place> = {};
	for (const [name, tensor] of [...graph.inputs, ...graph.states, ...graph.outputs])
		if (storage.has(tensor)) tensors[name] = storage.placeOf(tensor, -1);
	const constants: Record<string, Float32Array> = {};
	for (const [name, { tensor, numbers }] of graph.constants) {
		if (!storage.has(tensor)) continue;
		tensors[name] = storage.placeOf(tensor, -1);
		constants[name] = numbers;
	}
	const arenas = {
		parameters: true,
		gradients: storage.arenas.has('gradients'),
		firstMoments: storage.arenas.has('firstMoments'),
		secondMoments: storage.arenas.has('secondMoments'),
	};
	return {
		profile: profile.name,
		buffers: storage.buffers,
		dispatches,
		tensors,
		constants,
		arena: layout,
		arenas,
		statistics: {
			activationBytes: storage.buffers.reduce((sum, { bytes }) => sum + bytes, 0),
			unsharedBytes: storage.unsharedBytes,
			arenaBytes: Object.values(arenas).filter(Boolean).length * layout.floats * 4,
			dispatches: dispatches.length,
			pipelines: new Set(dispatches.map(({ variant }) => variantKey(variant))).size,
			flops: dispatches.reduce((sum, { flops }) => sum + flops, 0),
		},
	};
}

function lower(graph: Graph, nodes: readonly Node[], profile: Profile): Call[] {
	const used = new Set<Tensor>([...graph.outputs.values(), ...graph.updates.values(), ...nodes.flatMap((node) => node.inputs)]);
	return nodes.flatMap((node, n) => {
		const calls = node.op.lower(node, { isUsed: (output) => used.has(output) });
		return calls
			.flatMap((call) => expand(call, profile))
			.map((call) => ({ ...call, label: `${node.label} ${node.op.name}`.trim(), node: n }));
	});
}

/** Where every operand lies. */
class Storage {
	readonly buffers: Plan['buffers'] = [];
	readonly arenas = new Set<ArenaName>();
	readonly unsharedBytes: number;
	private readonly places = new Map<Tensor | string, Place>();
	/** What an op that works in place makes lies where its input lay. */
	private readonly homes = new Map<Tensor, Tensor>();

	constructor(
		graph: Graph,
		nodes: readonly Node[],
		calls: readonly Call[],
		private readonly layout: Plan['arena'],
		private readonly maxBindingBytes: number,
	) {
		const offsets = new Map(layout.entries.map(({ name, offset }) => [name, offset * 4]));
		const inArena = (tensor: Tensor, arena: ArenaName, offset: number) =>
			this.places.set(tensor, { buffer: arena, offset, bytes: paddedSizeOf(tensor.shape) * 4, shape: tensor.shape, dtype: 'f32' });
		for (const tensor of graph.parameters.values()) inArena(tensor, 'parameters', offsets.get(tensor.name) as number);
		for (const { op, inputs } of nodes) {
			const arenas = op.arenas?.(inputs.length).inputs ?? [];
			const gradients = inputs.filter((_, i) => arenas[i] === 'gradients');
			gradients.forEach((gradient, i) => {
				const entry = layout.entries.at(i);
				if (gradients.length !== layout.entries.length || !entry || !sameShape(gradient.shape, entry.shape))
					throw new PlanError(`${op.name} takes the gradients of all parameters in the arena's order; ${describe(gradient)} is not one`);
				inArena(gradient, 'gradients', entry.offset * 4);
			});
		}
		this.settle(nodes);
		const lifetimes = this.lifetimes(graph, calls);
		const allocation = allocate(lifetimes.map(({ lifetime }) => lifetime));
		this.buffers = allocation.sizes.map((bytes, i) => ({ bytes, holds: allocation.holds[i] }));
		this.unsharedBytes = lifetimes.reduce((sum, { lifetime }) => sum + lifetime.bytes, 0);
		lifetimes.forEach(({ key, lifetime, operand }, i) => {
			const tensor = 'id' in operand ? operand : undefined;
			this.places.set(key, {
				buffer: allocation.buffers[i],
				offset: 0,
				bytes: lifetime.bytes,
				shape: tensor?.shape ?? [lifetime.bytes / 4],
				dtype: tensor?.dtype ?? 'f32',
			});
		});
	}

	has(tensor: Tensor): boolean {
		return this.places.has(this.homeOf(tensor));
	}

	placeOf(operand: Operand, node: number): Place {
		if ('arena' in operand)
			return { buffer: operand.arena, offset: 0, bytes: this.layout.floats * 4, shape: [this.layout.floats], dtype: 'f32' };
		const place = this.places.get('scratch' in operand ? scratchKey(operand.scratch, node) : this.homeOf(operand));
		if (!place) throw new PlanError(`nothing computes ${'scratch' in operand ? operand.scratch : describe(operand)}`);
		return place;
	}

	private homeOf(tensor: Tensor): Tensor {
		return this.homes.get(tensor) ?? tensor;
	}

	/** Finds what works in place. @throws PlanError where what it overwrites is also read elsewhere. */
	private settle(nodes: readonly Node[]): void {
		for (const node of nodes) {
			const { inPlace } = node.op;
			if (inPlace === undefined) continue;
			const input = node.inputs[inPlace];
			const reader = nodes.find((other) => other !== node && other.inputs.includes(input));
			if (reader) throw new PlanError(`${node.op.name} overwrites ${describe(input)}, which ${reader.label} ${reader.op.name} reads`);
			this.homes.set(node.outputs[0], this.homeOf(input));
		}
	}

	/** First and last use of everything that is no arena's. What the host writes or reads lives throughout. */
	private lifetimes(graph: Graph, calls: readonly Call[]) {
		const found = new Map<
			Tensor | string,
			{ key: Tensor | string; operand: Tensor | { scratch: string; floats: number }; lifetime: Lifetime }
		>();
		const outputs = new Set([...graph.outputs.values()].map((tensor) => this.homeOf(tensor)));
		calls.forEach((call, at) => {
			for (const bound of Object.values(call.bindings)) {
				const operand = 'id' in bound ? this.homeOf(bound) : bound;
				if ('arena' in operand) {
					this.arenas.add(operand.arena);
					continue;
				}
				if (this.places.has(operand as Tensor)) {
					this.arenas.add(this.places.get(operand as Tensor)?.buffer as ArenaName);
					continue;
				}
				const isScratch = 'scratch' in operand;
				const key = isScratch ? scratchKey(operand.scratch, call.node) : operand;
				const name = isScratch ? operand.scratch : describe(operand);
				const bytes = Math.max(16, (isScratch ? operand.floats : paddedSizeOf(operand.shape)) * 4);
				if (bytes > this.maxBindingBytes)
					throw new PlanError(
						`${call.label}: ${name} takes ${(bytes / 2 ** 20).toFixed(1)} MiB, but this device binds at most ${this.maxBindingBytes / 2 ** 20} MiB: lower batchSize, sequenceLength or the width`,
					);
				const whole = !isScratch && (operand.kind !== 'value' || outputs.has(operand));
				const fromStart = !isScratch && operand.kind !== 'value';
				const known = found.get(key);
				if (known) {
					known.lifetime.last = Math.max(known.lifetime.last, at);
					known.lifetime.bytes = Math.max(known.lifetime.bytes, bytes);
				} else
					found.set(key, {
						key,
						operand,
						lifetime: { name, bytes, first: fromStart ? -1 : at, last: whole ? Number.POSITIVE_INFINITY : at },
					});
			}
		});
		const arenaBytes = this.layout.floats * 4;
		if (arenaBytes > this.maxBindingBytes)
			throw new PlanError(
				`the parameters take ${(arenaBytes / 2 ** 20).toFixed(1)} MiB, but this device binds at most ${this.maxBindingBytes / 2 ** 20} MiB: lower layers, hiddenSize or intermediateSize`,
			);
		return [...found.values()];
	}
}

const scratchKey = (name: string, node: number): string => (name === 'unused' ? 'unused' : `${node} ${name}`);
