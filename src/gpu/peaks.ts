/** Measures what a device reaches at best, against which a profile compares each kernel. */
import { compile } from '../compiler/compile';
import { type Peaks, workgroupsOf } from '../compiler/costModel';
import type { Dispatch } from '../compiler/plan';
import type { Profile } from '../compiler/profile';
import { gradients } from '../graph/autodiff';
import { Graph } from '../graph/graph';
import { add, attention, matmul } from '../graph/ops';
import { Arenas } from './arenas';
import type { KernelLibrary } from './library';
import { BufferPool } from './pool';
import { Program } from './program';
import { queuedTime } from './timing';

const ROUNDS = 5;
/** Seconds from which a measurement counts as one of a full device. */
const FULL = 1e-3;

/** Products C = A·Bᵀ of square matrices, one after the other. */
export function products(side: number, links: number): Graph {
	const graph = new Graph();
	const factor = graph.input('factor', [side, side]);
	let product = factor;
	for (let i = 0; i < links; i++) product = graph.apply(matmul, [product, factor], { transposeB: true })[0];
	graph.output('result', product);
	return graph;
}

/** Attention with its gradients, of sequences as long as those of the presets and heads of 16. */
function attentionSteps(batch: number, heads: number): Graph {
	const graph = new Graph();
	const length = 64;
	const [q, k, v] = ['q', 'k', 'v'].map((name) => graph.parameter(name, [batch * length, 16 * heads]));
	const [out] = graph.apply(attention, [q, k, v], { heads, kvHeads: heads, length });
	const found = gradients(graph, new Map([[out, out]]), [q, k, v]);
	[q, k, v].forEach((tensor, i) => {
		graph.output(`result${i}`, found.get(tensor) ?? tensor);
	});
	return graph;
}

/** A sum of two arrays of `rows` × 4 KiB. */
function sums(rows: number): Graph {
	const graph = new Graph();
	const shape = [rows, 1024];
	graph.output('result', graph.apply(add, [graph.input('x', shape), graph.input('y', shape)])[0]);
	return graph;
}

/** Takes about a second on a GPU and seconds on a CPU, mostly for compiling. */
export async function measurePeaks(library: KernelLibrary, profile: Profile): Promise<Peaks> {
	const timed = (graph: Graph) => timeOf(library, profile, graph);
	const small = await timed(products(16, 256));
	const dispatch = small.seconds / small.dispatches;
	const rest = ({ seconds, dispatches }: Timed) => Math.max(seconds / 10, seconds - dispatches * dispatch);
	/** The first of ever larger graphs that takes long enough, or the last. */
	const full = async (graphs: (() => Graph)[]): Promise<Timed> => {
		const [graph, ...larger] = graphs;
		const found = await timed(graph());
		return found.seconds > FULL || larger.length === 0 ? found : full(larger);
	};
	const product = await full([512, 1024, 2048].map((side) => () => products(side, 4)));
	const attended = await full([16, 128, 1024].map((batch) => () => attentionSteps(batch, 4)));
	const summed = await full([4096, 16384].map((rows) => () => sums(rows)));
	const [tile, sequence] = [await timed(products(64, 64)), await timed(attentionSteps(1, 1))];
	return {
		product: product.flops / rest(product),
		attention: attended.flops / rest(attended),
		memory: summed.moved / rest(summed),
		productPerWorkgroup: (tile.flops * tile.dispatches) / tile.workgroups / rest(tile),
		attentionPerWorkgroup: (sequence.flops * sequence.dispatches) / sequence.workgroups / rest(sequence),
		dispatch,
	};
}

export interface Timed {
	seconds: number;
	dispatches: number;
	/** Of all dispatches. */
	workgroups: number;
	flops: number;
	moved: number;
}

/** Time of a run of a graph's program while many are queued, zeros being its inputs, and its work. */
export async function timeOf(library: KernelLibrary, profile: Profile, graph: Graph, rounds = ROUNDS): Promise<Timed> {
	const plan = compile(graph, { profile });
	const { device } = library;
	await library.prepare([plan]);
	const arenas = await Arenas.create(device, plan.arena);
	const pool = new BufferPool(device);
	try {
		const program = await Program.create(library, plan, arenas, pool);
		const seconds = await queuedTime(device, program, rounds);
		program.destroy();
		const { dispatches, flops } = plan.statistics;
		const total = (amount: (dispatch: Dispatch) => number) => plan.dispatches.reduce((sum, dispatch) => sum + amount(dispatch), 0);
		return { seconds, dispatches, workgroups: total(workgroupsOf), flops, moved: total(({ moved }) => moved) };
	} finally {
		arenas.destroy();
		pool.destroy();
	}
}
