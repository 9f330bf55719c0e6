/** Runs of a sweep that charts and maps show before the user chooses: a few points, with all of their runs. */
import type { RunInfo } from '../../../experiment/records/run';
import { evenly } from './thinning';

/** Most groups (lines of the charts) that are visible at first, if a single point does not have more. */
const MOST_GROUPS = 12;

/**
 * Returns true for runs that are visible at first: all if they have few groups, else those of evenly spaced points, the first and the
 * last among them. Forks are always visible.
 */
export function visibleAtFirst(infos: readonly RunInfo[]): (info: RunInfo) => boolean {
	const groups = new Map<number, Set<string>>();
	for (const { fork, point, group } of infos) if (fork === null) groups.set(point, (groups.get(point) ?? new Set()).add(group));
	const perPoint = Math.max(1, ...Array.from(groups.values(), ({ size }) => size));
	const total = Array.from(groups.values()).reduce((sum, { size }) => sum + size, 0);
	if (groups.size < 2 || total <= MOST_GROUPS) return () => true;
	const points = [...groups.keys()].sort((a, b) => a - b);
	const wanted = Math.floor(MOST_GROUPS / perPoint);
	// The first point is trained first, so that its curves appear at once.
	const kept = new Set(wanted < 2 ? points.slice(0, 1) : evenly(points.length, wanted).map((index) => points[index]));
	return ({ fork, point }) => fork !== null || kept.has(point);
}
