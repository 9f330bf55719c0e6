import type { KernelCall } from '../graph/kernel';
import type { Call } from './lower';

/**
 * Leaves what takes a single workgroup to a call that has no need to wait for it: the number of targets to the first embedding, and the
 * mean loss, which only the host reads, to the sum of ‖g‖² at the end of a step.
 */
export const joinAsides = (calls: readonly Call[]): Call[] => joinMean(joinCount(calls));

function joinCount(calls: readonly Call[]): Call[] {
	const at = calls.findIndex(({ count }) => count);
	const count = calls[at]?.count;
	const host = calls.slice(0, at).find(({ withCount }) => withCount);
	if (!host?.withCount || count?.targets.kind !== 'input') return [...calls];
	return moved(calls, calls[at], host, host.withCount(count));
}

function joinMean(calls: readonly Call[]): Call[] {
	const at = calls.findIndex(({ mean }) => mean);
	const mean = calls[at]?.mean;
	const later = calls.slice(at + 1);
	const host = later.find(({ withMean }) => withMean);
	if (!mean || !host?.withMean || later.some(({ bindings }) => Object.values(bindings).includes(mean.mean))) return [...calls];
	return moved(calls, calls[at], host, host.withMean(mean));
}

/** The calls without `from`, which `joined` does in place of `host`. */
const moved = (calls: readonly Call[], from: Call, host: Call, joined: KernelCall): Call[] =>
	calls
		.filter((call) => call !== from)
		.map((call) => (call === host ? { ...joined, label: host.label, op: host.op, node: host.node } : call));
