import type { KernelCall } from '../graph/kernel';
import { type Profile, withLargeTiles } from './profile';
import { selectKernel } from './selectKernel';

/** Smallest number of summands per part; shorter parts are not worth a second pass. */
const LEAST_SPLIT = 128;

/**
 * Splits the sum of a call that has too few workgroups to keep the adapter busy, such as the product of a weight gradient,
 * into parts that run in parallel. Returns other calls unchanged.
 */
export function splitReductions(call: KernelCall, profile: Profile): KernelCall[] {
	const { reduction } = call.kernel;
	if (!reduction) return [call];
	const inner = reduction.inner(call);
	const [x, y, z] = selectKernel(call, withLargeTiles(profile)).grid;
	const parts = Math.max(1, Math.min(Math.floor(profile.parallelWorkgroups / (x * y * z)), Math.floor(inner / LEAST_SPLIT)));
	return reduction.split(call, Math.ceil(inner / parts / reduction.alignment) * reduction.alignment);
}
