import type { Operand } from '../graph/kernel';
import type { Tensor } from '../graph/tensor';
import type { Call } from './lower';
import { membersOf } from './members';

/**
 * Leaves each rotation of heads to the call that makes the numbers, which rotates them before it stores them. A rotation stays if
 * something else reads them unrotated, or if the kernel can't do it.
 */
export function rotateInStores(calls: readonly Call[], outputs: ReadonlySet<Tensor>): Call[] {
	const uses = new Map<Operand, number>();
	for (const { bindings } of calls) for (const operand of Object.values(bindings)) uses.set(operand, (uses.get(operand) ?? 0) + 1);
	const members = membersOf(calls);
	const result: (Call | undefined)[] = [...calls];
	calls.forEach(({ rotation }, at) => {
		if (!rotation) return;
		const { x, cos, sin } = rotation;
		// Its maker and this rotation are the only calls that bind it.
		if (uses.get(x) !== 2 || outputs.has(x) || members.has(x) || cos.kind === 'value' || sin.kind === 'value') return;
		for (let maker = 0; maker < at; maker++) {
			const call = result[maker];
			const rotated = call?.rotate?.(rotation);
			if (!call || !rotated) continue;
			result[maker] = { ...call, rotate: undefined, ...rotated };
			result[at] = undefined;
			return;
		}
	});
	return result.filter((call) => call !== undefined);
}
