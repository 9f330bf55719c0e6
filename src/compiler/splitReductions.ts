import type { KernelCall } from '../graph/kernel';
import type { Profile } from './profile';
import { selectKernel } from './selectKernel';

/** Inner extents shorter than this are not worth a second pass. */
const LEAST_SPLIT = 128;

/**
 * Splits the sum of a call that has too few workgroups to fill the adapter, such as the product of a weight gradient,
 * into parts that run at once. Other calls stay as they are.
 */
export function splitReductions(call: KernelCall, profile: Profile): KernelCall[] {
	const { reduction } = call.kernel;
	if (!reduction) return [call];
	const inner = reduction.inner(call);
	const [x, y, z] = selectKernel(call, profile).grid;
	const wanted = Math.max(1, Math.min(Math.floor(profile.parallelWorkgroups / (x * y * z)), Math.floor(inner / LEAST_SPLIT)));
	return reduction.split(call, Math.ceil(inner / wanted / reduction.alignment) * reduction.alignment);
}
