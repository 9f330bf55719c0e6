import type { Scratch } from '../graph/kernel';
import type { Tensor } from '../graph/tensor';
import type { Call } from './lower';

/** The place of a tensor in a buffer that it shares with others. */
export interface Member {
	whole: Scratch;
	/** In floats. */
	offset: number;
}

/** The tensors that calls bind together with others, because a kernel reaches them through one binding. */
export function membersOf(calls: readonly Call[]): Map<Tensor, Member> {
	const members = new Map<Tensor, Member>();
	for (const { bindings } of calls)
		for (const operand of Object.values(bindings)) {
			if (!('scratch' in operand) || !operand.holds) continue;
			for (const [tensor, offset] of operand.holds) {
				const known = members.get(tensor);
				if (known && known.whole.scratch !== operand.scratch)
					throw new Error(`${tensor.name} can't be both in ${known.whole.scratch} and in ${operand.scratch}`);
				members.set(tensor, known ?? { whole: operand, offset });
			}
		}
	return members;
}
