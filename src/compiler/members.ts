import type { Operand, Scratch } from '../graph/kernel';
import type { Node } from '../graph/op';
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

/** The tensors that a binding holds. */
export function tensorsIn(operand: Operand): Tensor[] {
	if ('id' in operand) return [operand];
	return 'scratch' in operand ? [...(operand.holds?.keys() ?? [])] : [];
}

/** True if a call reads one of the tensors and writes another: WebGPU forbids both for one buffer in a dispatch. */
export function mixesAccess(nodes: readonly Node[], calls: readonly Call[], tensors: ReadonlySet<Tensor>): boolean {
	const made = new Set<Tensor>();
	return calls.some(({ node, bindings }) => {
		const bound = Object.values(bindings)
			.flatMap(tensorsIn)
			.filter((tensor) => tensors.has(tensor));
		// The first call that binds a value makes it.
		const isFirst = (tensor: Tensor) => tensor.kind === 'value' && !made.has(tensor);
		const written = bound.filter((tensor) => isFirst(tensor) || nodes[node].outputs.includes(tensor));
		for (const tensor of written) made.add(tensor);
		return written.length > 0 && written.length < bound.length;
	});
}

/** True if all these tensors are stored in float16, false if none is, undefined for a mixture, which has no one memory. */
export function halfOf(tensors: readonly Tensor[], half: ReadonlySet<Tensor> = new Set()): boolean | undefined {
	const halves = tensors.filter((tensor) => half.has(tensor)).length;
	return halves === 0 ? false : halves === tensors.length ? true : undefined;
}
