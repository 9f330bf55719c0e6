import type { KernelCall } from '../graph/op';
import type { Profile } from './profile';

/** Replaces a call by the calls that do the same under a profile. */
export function expand(call: KernelCall, _profile: Profile): KernelCall[] {
	if (call.kernel.startsWith('matmul')) {
		return [
			{
				...call,
				uniforms: { ...call.uniforms, transposeA: call.kernel === 'matmulTN' ? 1 : 0, transposeB: call.kernel === 'matmulNT' ? 1 : 0 },
			},
		];
	}
	return [call];
}
