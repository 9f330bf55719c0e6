/** Runs of a sweep that charts and maps show before the user chooses: a few points, with all of their runs. */
import type { RunInfo } from '../../../experiment/records/run';
import { pointsOf } from '../../../experiment/runs';
import { evenly } from './thinning';

/** Most groups (lines of the charts) that are visible at first, if a single point does not have more. */
const MOST_GROUPS = 12;

/**
 * Returns true for runs that are visible at first: all if they have few groups, else those of evenly spaced points, the first and the
 * last among them. Forks are always visible.
 */
export function visibleAtFirst(infos: readonly RunInfo[]): (info: RunInfo) => boolean {
	const groups = new Map<number, Set<string>>();
	for (const info of infos)
		if (info.fork === null) for (const point of pointsOf(info)) groups.set(point, (groups.get(point) ?? new Set()).add(info.group));
	const perPoint = Math.max(1, ...Array.from(groups.values(), ({ size }) => size));
	const total = new Set(Array.from(groups.values(), (group) => [...group]).flat()).size;
	if (groups.size < 2 || total <= MOST_GROUPS) return () => true;
	const points = [...groups.keys()].sort((a, b) => a - b);
	const wanted = Math.floor(MOST_GROUPS / perPoint);
	// The first point is trained first, so that its curves appear at once.
	const kept = new Set(wanted < 2 ? points.slice(0, 1) : evenly(points.length, wanted).map((index) => points[index]));
	return (info) => info.fork !== null || pointsOf(info).some((point) => kept.has(point));
}
