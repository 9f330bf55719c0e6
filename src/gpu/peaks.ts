/** Measures what a device reaches at best, against which a profile compares each kernel. */
import { compile } from '../compiler/compile';
import type { Peaks } from '../compiler/costModel';
import type { Profile } from '../compiler/profile';
import { gradients } from '../graph/autodiff';
import { Graph } from '../graph/graph';
import { add, attention, matmul } from '../graph/ops';
import { Arenas } from './arenas';
import type { KernelLibrary } from './library';
import { BufferPool } from './pool';
import { Program } from './program';
import { timeSteps } from './timing';

const ROUNDS = 5;

/** Products C = A·Bᵀ of square matrices, one after the other. */
export function products(side: number, links: number): Graph {
	const graph = new Graph();
	const factor = graph.input('factor', [side, side]);
	let product = factor;
	for (let i = 0; i < links; i++) product = graph.apply(matmul, [product, factor], { transposeB: true })[0];
	graph.output('result', product);
	return graph;
}

/** Attention with its gradients, of sequences as long as those of the presets. */
function attentionSteps(): Graph {
	const graph = new Graph();
	const [heads, length, batch, width] = [4, 64, 16, 64];
	const [q, k, v] = ['q', 'k', 'v'].map((name) => graph.parameter(name, [batch * length, width]));
	const [out] = graph.apply(attention, [q, k, v], { heads, kvHeads: heads, length });
	const found = gradients(graph, new Map([[out, out]]), [q, k, v]);
	[q, k, v].forEach((tensor, i) => {
		graph.output(`result${i}`, found.get(tensor) ?? tensor);
	});
	return graph;
}

/** A sum of two arrays that no cache holds: 3 × 16 MiB. */
function sums(): Graph {
	const graph = new Graph();
	const shape = [4096, 1024];
	graph.output('result', graph.apply(add, [graph.input('x', shape), graph.input('y', shape)])[0]);
	return graph;
}

/** Takes a fraction of a second on a GPU and seconds on a CPU, mostly for compiling. */
export async function measurePeaks(library: KernelLibrary, profile: Profile): Promise<Peaks> {
	const best = (graph: Graph) => bestTime(library, profile, graph);
	const small = await best(products(16, 256));
	const dispatch = small.seconds / small.dispatches;
	const rest = ({ seconds, dispatches }: Timed) => Math.max(seconds / 10, seconds - dispatches * dispatch);
	const [product, attended, summed] = [await best(products(512, 4)), await best(attentionSteps()), await best(sums())];
	return {
		product: product.flops / rest(product),
		attention: attended.flops / rest(attended),
		memory: summed.moved / rest(summed),
		dispatch,
	};
}

export interface Timed {
	seconds: number;
	dispatches: number;
	flops: number;
	moved: number;
}

/** Shortest time of a graph's program in some rounds, zeros being its inputs, and its work. */
export async function bestTime(library: KernelLibrary, profile: Profile, graph: Graph, rounds = ROUNDS): Promise<Timed> {
	const plan = compile(graph, { profile });
	const { device } = library;
	await library.prepare([plan]);
	const arenas = await Arenas.create(device, plan.arena);
	const pool = new BufferPool(device);
	try {
		const program = await Program.create(library, plan, arenas, pool);
		// The first run is not measured, because drivers may compile or allocate in it.
		const [, ...times] = await timeSteps(device, program, rounds + 1);
		program.destroy();
		const { dispatches, flops } = plan.statistics;
		return { seconds: Math.min(...times), dispatches, flops, moved: plan.dispatches.reduce((sum, { moved }) => sum + moved, 0) };
	} finally {
		arenas.destroy();
		pool.destroy();
	}
}
