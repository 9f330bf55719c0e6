import type { RunView } from '../../session/client/store/labSnapshot';

/**
 * The runs whose maps are on the page, one per column: of the chosen groups and seed, or of the first groups that are not
 * shown yet. A seed that a group lacks falls back to its first run that has not diverged.
 */
export function shownRuns(runs: readonly RunView[], chosen: readonly (string | null)[], seed: number | null, columns: number): RunView[] {
	const groups = [...new Set(runs.map((run) => run.info.group))];
	const count = Math.min(columns, groups.length);
	const wanted = Array.from({ length: count }, (_, column) => chosen[column] ?? null);
	const taken = new Set(wanted.filter((group): group is string => group !== null && groups.includes(group)));
	const free = groups.filter((group) => !taken.has(group));
	return wanted.map((group) => runOf(runs, group !== null && groups.includes(group) ? group : (free.shift() ?? groups[0]), seed));
}

/** The groups that a column can show, each with the name of its run. */
export const choicesOf = (runs: readonly RunView[], seed: number | null): (readonly [group: string, name: string])[] =>
	[...new Set(runs.map((run) => run.info.group))].map((group) => [group, runOf(runs, group, seed).name]);

export function runOf(runs: readonly RunView[], group: string, seed: number | null): RunView {
	const candidates = runs.filter((run) => run.info.group === group);
	return (
		candidates.find((run) => run.info.seed === seed) ??
		candidates.find((run) => run.divergedAt === null && (run.maps || !run.recorded)) ??
		candidates[0]
	);
}
