/** The order in which a session's runs get a place on the device, and the memory that they leave to later ones. */
import type { Residency } from './residency';
import { KEPT_BYTES } from './run';
import type { SessionRun } from './sessionRun';

/**
 * The waiting run to admit next; null if there is none, or no room. A sweep's points are trained one after the other. In
 * a point the first run of each method comes before the second ones, so that methods can be compared early.
 */
export function nextWaiting(list: readonly SessionRun[], residency: Pick<Residency, 'hasRoom'>): SessionRun | null {
	const scheduled = list.flatMap(({ run, phase }) => (phase === 'scheduled' ? run : []));
	const point = Math.min(...list.flatMap(({ run, phase }) => (phase === 'waiting' ? run.point : [])));
	if (scheduled.some((run) => run.point < point)) return null;
	const seen = new Map<string, number>();
	let next: SessionRun | null = null;
	let least = Number.POSITIVE_INFINITY;
	for (const entry of list) {
		if (entry.run.point !== point) continue;
		const { name } = entry.run.method;
		const rank = seen.get(name) ?? 0;
		seen.set(name, rank + 1);
		if (entry.phase === 'waiting' && rank < least) [next, least] = [entry, rank];
	}
	return next && residency.hasRoom(next.run, scheduled) ? next : null;
}

/** Frees the device memory of runs that have ended at points before this one, and the oldest weights in host memory. */
export async function leaveEarlierPoints(list: readonly SessionRun[], point: number, residency: Pick<Residency, 'rest'>): Promise<void> {
	const ended = list.flatMap(({ run, phase }) => (phase === 'ended' && run.point < point ? run : []));
	await residency.rest(ended);
	let kept = 0;
	for (const run of ended.reverse()) {
		kept += run.keptBytes;
		if (kept > KEPT_BYTES && !run.isOpen) run.forget();
	}
}
