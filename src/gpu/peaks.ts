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
/** Summands of each number of a shallow product. */
const SHALLOW = 32;
/** Largest `serial` that is believed: a measurement that another program disturbs gives more. */
const MOST_SERIAL = 2;
/** Sizes of the heads in the two measurements of attention: its exponentials count most among small heads, its products among large ones. */
const [SMALL_HEAD, LARGE_HEAD] = [16, 64];

/** Products C = A·Bᵀ of square matrices, one after the other. */
export function products(side: number, links: number): Graph {
	const graph = new Graph();
	const factor = graph.input('factor', [side, side]);
	let product = factor;
	for (let i = 0; i < links; i++) product = graph.apply(matmul, [product, factor], { transposeB: true })[0];
	graph.output('result', product);
	return graph;
}

/** C = A·Bᵀ of side × side numbers, each the sum of a few products, so that its time goes into reading and writing. */
function shallowProduct(side: number): Graph {
	const graph = new Graph();
	const [a, b] = ['a', 'b'].map((name) => graph.input(name, [side, SHALLOW]));
	graph.output('result', graph.apply(matmul, [a, b], { transposeB: true })[0]);
	return graph;
}

/** Attention with its gradients, of sequences as long as those of the presets. */
function attentionSteps(batch: number, heads: number, headSize: number): Graph {
	const graph = new Graph();
	const length = 64;
	const [q, k, v] = ['q', 'k', 'v'].map((name) => graph.parameter(name, [batch * length, headSize * heads]));
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
	const empty = await timed(products(16, 256));
	const dispatch = empty.seconds / empty.dispatches;
	const rest = ({ seconds, dispatches }: Timed) => Math.max(seconds / 10, seconds - dispatches * dispatch);
	/** The first of ever larger graphs that takes long enough, or the last. */
	const full = async (graphs: (() => Graph)[]): Promise<Timed> => {
		const [graph, ...larger] = graphs;
		const found = await timed(graph());
		return found.seconds > FULL || larger.length === 0 ? found : full(larger);
	};
	const square = await full([512, 1024, 2048].map((side) => () => products(side, 4)));
	const shallow = await full([1024, 4096].map((side) => () => shallowProduct(side)));
	const small = await full([16, 128, 1024].map((batch) => () => attentionSteps(batch, 4, SMALL_HEAD)));
	const large = await full([16, 128, 1024].map((batch) => () => attentionSteps(batch, 2, LARGE_HEAD)));
	const summed = await full([4096, 16384].map((rows) => () => sums(rows)));
	const [tile, sequence] = [await timed(products(64, 64)), await timed(attentionSteps(1, 1, SMALL_HEAD))];
	const [product, memory] = [square.flops / rest(square), summed.moved / rest(summed)];
	return {
		product,
		...attentionRates({ ...small, seconds: rest(small) }, { ...large, seconds: rest(large) }),
		memory,
		serial: serialOf(rest(shallow), shallow.flops / product, shallow.moved / memory),
		productPerWorkgroup: (tile.flops * tile.dispatches) / tile.workgroups / rest(tile),
		attentionPerWorkgroup: (sequence.flops * sequence.dispatches) / sequence.workgroups / rest(sequence),
		dispatch,
	};
}

/** `Peaks.serial` of a dispatch that takes `seconds`, if its arithmetic and its memory traffic take `first` and `second` by themselves. */
export const serialOf = (seconds: number, first: number, second: number): number =>
	Math.min(MOST_SERIAL, Math.max(0, (seconds - Math.max(first, second)) / Math.min(first, second)));

/**
 * FLOP/s and seconds per score that explain the times of attention with small and with large heads. Products are taken to fill at
 * least half of the large heads' time, so that noise can't make them free.
 */
export function attentionRates(small: Attended, large: Attended): Pick<Peaks, 'attention' | 'score'> {
	const scale = large.scores / small.scores;
	const perFlop = (large.seconds - scale * small.seconds) / (large.flops - scale * small.flops);
	const most = large.seconds / large.flops;
	const bounded = Math.min(most, Math.max(most / 2, perFlop));
	return { attention: 1 / bounded, score: Math.max(0, small.seconds - small.flops * bounded) / small.scores };
}

/** Work of attention, and the seconds that it took. */
type Attended = Pick<Timed, 'seconds' | 'flops' | 'scores'>;

export interface Timed {
	seconds: number;
	dispatches: number;
	/** Of all dispatches. */
	workgroups: number;
	flops: number;
	scores: number;
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
		return {
			seconds,
			dispatches,
			workgroups: total(workgroupsOf),
			flops,
			scores: total(({ scores }) => scores),
			moved: total(({ moved }) => moved),
		};
	} finally {
		arenas.destroy();
		pool.destroy();
	}
}
