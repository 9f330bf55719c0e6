import type { Plan } from '../compiler/plan';
import type { Profile } from '../compiler/profile';
import type { KernelLibrary } from './library';
import { products, timeOf } from './peaks';

/** Speed of a device, from which a plan's time is estimated. */
export interface Speed {
	secondsPerDispatch: number;
	/** For FLOPs of products and attention. */
	secondsPerFlop: number;
}

/** Chains of `links` products of square matrices. Dispatches dominate the time of the small ones, arithmetic that of the large ones. */
const SMALL = { side: 16, links: 48 };
const LARGE = { side: 512, links: 4 };
const ROUNDS = 2;

/** Measures small and large products on a device. Takes milliseconds on a GPU and about a second on a CPU, mostly for compiling. */
export async function measureSpeed(library: KernelLibrary, profile: Profile): Promise<Speed> {
	const small = await timeOf(library, profile, products(SMALL.side, SMALL.links), ROUNDS);
	const large = await timeOf(library, profile, products(LARGE.side, LARGE.links), ROUNDS);
	const secondsPerDispatch = small.seconds / small.dispatches;
	return { secondsPerDispatch, secondsPerFlop: Math.max(0, large.seconds - large.dispatches * secondsPerDispatch) / large.flops };
}

/** Estimated seconds of a plan at that speed. */
export const secondsOf = ({ statistics: { dispatches, flops } }: Pick<Plan, 'statistics'>, speed: Speed): number =>
	dispatches * speed.secondsPerDispatch + flops * speed.secondsPerFlop;
