import { compile } from '../compiler/compile';
import type { Plan, PlanStatistics } from '../compiler/plan';
import type { Profile } from '../compiler/profile';
import { Graph } from '../graph/graph';
import { matmul } from '../graph/ops';
import { Arenas } from './arenas';
import type { KernelLibrary } from './library';
import { BufferPool } from './pool';
import { Program } from './program';

/** Speed of a device, from which a plan's time is estimated. */
export interface Speed {
	secondsPerDispatch: number;
	/** For FLOPs of products and attention. */
	secondsPerFlop: number;
}

/** Chains of `links` products of square matrices. Dispatches dominate the time of the small ones, arithmetic that of the large ones. */
const SMALL = { side: 16, links: 48 };
const LARGE = { side: 512, links: 4 };

/** Measures small and large products on a device. Takes milliseconds on a GPU and about a second on a CPU, mostly for compiling. */
export async function measureSpeed(library: KernelLibrary, profile: Profile): Promise<Speed> {
	const pool = new BufferPool(library.device);
	try {
		const small = await timed(library, pool, profile, SMALL);
		const large = await timed(library, pool, profile, LARGE);
		const secondsPerDispatch = small.seconds / small.dispatches;
		return { secondsPerDispatch, secondsPerFlop: Math.max(0, large.seconds - large.dispatches * secondsPerDispatch) / large.flops };
	} finally {
		pool.destroy();
	}
}

/** Estimated seconds of a plan at that speed. */
export const secondsOf = ({ statistics: { dispatches, flops } }: Pick<Plan, 'statistics'>, speed: Speed): number =>
	dispatches * speed.secondsPerDispatch + flops * speed.secondsPerFlop;

async function timed(
	library: KernelLibrary,
	pool: BufferPool,
	profile: Profile,
	{ side, links }: typeof SMALL,
): Promise<Pick<PlanStatistics, 'dispatches' | 'flops'> & { seconds: number }> {
	const graph = new Graph();
	const factor = graph.input('factor', [side, side]);
	let product = factor;
	for (let i = 0; i < links; i++) product = graph.apply(matmul, [product, factor], { transposeB: true })[0];
	graph.output('product', product);
	const plan = compile(graph, { profile });
	const { device } = library;
	await library.prepare([plan]);
	const arenas = await Arenas.create(device, plan.arena);
	const program = await Program.create(library, plan, arenas, pool);
	program.write('factor', new Float32Array(side * side));
	const run = async () => {
		const start = performance.now();
		device.queue.submit(program.record());
		await device.queue.onSubmittedWorkDone();
		return (performance.now() - start) / 1000;
	};
	// The first run is not measured, because drivers may compile or allocate in it.
	await run();
	const seconds = Math.min(await run(), await run());
	program.destroy();
	arenas.destroy();
	const { dispatches, flops } = plan.statistics;
	return { dispatches, flops, seconds };
}
