import type { Graph } from '../graph/graph';
import { UNUSED } from '../graph/kernel';
import type { Node } from '../graph/op';
import type { Tensor } from '../graph/tensor';
import { arenaLayout } from './arena';
import { batchProducts } from './batchProducts';
import { type Deferred, deferSums } from './deferSums';
import { eliminateDead, foldAdds } from './fuse';
import { halfTensors, readCopies, weightCopy } from './halfStorage';
import { joinAsides } from './joinAsides';
import { joinSides } from './joinSides';
import { type Call, lower } from './lower';
import { type Dispatch, launchesOf, type Plan, variantKey } from './plan';
import type { Profile } from './profile';
import { rotateInStores } from './rotateInStores';
import { selectKernel } from './selectKernel';
import { Storage } from './storage';

export interface CompileOptions {
	profile: Profile;
	/** Largest storage binding of the device in bytes. WebGPU guarantees 128 MiB. */
	maxBindingBytes?: number;
	/** If false, nothing is fused: each op has its own dispatches. For tests of the fusions. */
	fuse?: boolean;
	/** Positions of the batch, to store activations and copies of the weights in float16; absent = everything in float32. */
	halfRows?: number;
	/** Most bytes of parts of gradients in memory at a time; absent = 20 MiB, or 8 MiB if there are more. */
	mostParts?: number;
}

/**
 * Compiles a graph to a plan: drops dead nodes, fuses ops, lowers them to kernel calls, chooses variants and grids for the
 * profile, and lets activations share memory by liveness. Deterministic: the same graph gives the same plan.
 *
 * @throws PlanError if a tensor is larger than the largest binding, or a grid exceeds WebGPU's limits
 */
export function compile(
	graph: Graph,
	{ profile, maxBindingBytes = 128 * 2 ** 20, fuse = true, halfRows, mostParts }: CompileOptions,
): Plan {
	const needed = eliminateDead(graph);
	const nodes = fuse ? foldAdds(graph, needed) : needed;
	const layout = arenaLayout(graph);
	const lowered = lower(graph, nodes, profile, fuse);
	const half = halfRows === undefined ? new Set<Tensor>() : halfTensors(graph, nodes, lowered, { profile, rows: halfRows });
	const copy = halfRows === undefined ? undefined : weightCopy(layout);
	const { calls: single, table }: Deferred = fuse
		? deferSums(graph, nodes, lowered, layout, { profile, mostParts: Math.min(maxBindingBytes, mostParts ?? maxBindingBytes) })
		: { calls: lowered };
	const outputs = new Set(graph.outputs.values());
	const options = { profile, layout: copy?.layout ?? layout, maxBindingBytes, outputs, half };
	const joined = fuse ? fused(nodes, single, options) : single;
	const calls = copy ? readCopies(joined, copy) : joined;
	const storage = new Storage(graph, nodes, calls, layout, maxBindingBytes, half);
	const dispatches = calls.map((call) => dispatchOf(call, storage, profile));
	const tables = [table, copy?.table].filter((each) => each !== undefined);
	const constants = [...graph.constants.values(), ...tables].filter(({ tensor }) => storage.has(tensor));
	const named = [...graph.inputs, ...graph.states, ...graph.outputs, ...constants.map(({ tensor }) => [tensor.name, tensor] as const)];
	const stored = named.filter(([, tensor]) => storage.has(tensor));
	const arenas = {
		parameters: true,
		gradients: storage.arenas.has('gradients'),
		firstMoments: storage.arenas.has('firstMoments'),
		secondMoments: storage.arenas.has('secondMoments'),
		microGradients: storage.arenas.has('microGradients'),
	};
	const repeated = repeatedOf(nodes, calls);
	const launches = launchesOf({ dispatches, repeated });
	return {
		profile: profile.name,
		buffers: storage.buffers,
		dispatches,
		tensors: Object.fromEntries(stored.map(([name, tensor]) => [name, storage.placeOf(tensor, -1)])),
		constants: Object.fromEntries(constants.map(({ tensor, numbers }) => [tensor.name, numbers])),
		...(repeated ? { repeated } : {}),
		arena: layout,
		arenas,
		statistics: {
			activationBytes: storage.buffers.reduce((sum, { bytes }) => sum + bytes, 0),
			unsharedBytes: storage.unsharedBytes,
			arenaBytes: Object.values(arenas).filter(Boolean).length * layout.floats * 4,
			dispatches: launches.length,
			pipelines: new Set(dispatches.map(({ variant }) => variantKey(variant))).size,
			flops: launches.reduce((sum, { flops }) => sum + flops, 0),
		},
	};
}

function dispatchOf(call: Call, storage: Storage, profile: Profile): Dispatch {
	const bindings = Object.fromEntries(
		Object.entries(call.bindings).map(([name, operand]) => {
			const { buffer, offset, bytes } = storage.placeOf(operand, call.node);
			return [name, { buffer, offset, bytes }];
		}),
	);
	const { kernel, uniforms, partUniforms, label, op, flops = 0, scores = 0 } = call;
	const used = Object.keys(bindings).filter((name) => call.bindings[name] !== UNUSED);
	const half = used.filter((name) => storage.isHalf(call.bindings[name])).sort();
	const bytesOf = (names: readonly string[]) => names.reduce((sum, name) => sum + bindings[name].bytes, 0);
	// A call that counts its bytes does so in float32.
	const share = bytesOf(used) / (bytesOf(used) + bytesOf(half));
	const { variant, grid, tiles = call.tiles } = selectKernel(call, profile);
	return {
		kernel: kernel.name,
		variant: half.length ? { ...variant, half } : variant,
		grid,
		bindings,
		uniforms: { ...uniforms, ...partUniforms },
		label,
		op,
		flops,
		scores,
		arithmetic: kernel.arithmetic ?? 'product',
		moved: call.moved === undefined ? bytesOf(used) : half.length ? Math.round(call.moved * share) : call.moved,
		...(tiles && { tiles }),
	};
}

/** Joins what can be joined. */
function fused(nodes: readonly Node[], calls: readonly Call[], options: Parameters<typeof batchProducts>[2]): Call[] {
	const rotated = rotateInStores(batchProducts(nodes, calls, options), options.outputs);
	return joinAsides(joinSides(nodes, rotated, options));
}

/** The calls up to the last of an op that repeats them. */
function repeatedOf(nodes: readonly Node[], calls: readonly Call[]): Plan['repeated'] {
	const last = calls.findLastIndex(({ node }) => nodes[node].op.repeats);
	if (last < 0) return undefined;
	const { op, attributes } = nodes[calls[last].node];
	return { dispatches: last + 1, times: op.repeats?.(attributes) ?? 1 };
}
