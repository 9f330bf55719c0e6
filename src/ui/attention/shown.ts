import type { RunView } from '../../session/client/snapshot';

/**
 * The runs whose maps are on the page: one a column, of the chosen methods and seed, or of the first methods that are
 * not shown yet. A seed that a method lacks falls back to its first run that has not diverged.
 */
export function shownRuns(runs: readonly RunView[], chosen: readonly (string | null)[], seed: number | null, columns: number): RunView[] {
	const methods = [...new Set(runs.map((run) => run.info.method))];
	const count = Math.min(columns, methods.length);
	const wanted = Array.from({ length: count }, (_, column) => chosen[column] ?? null);
	const taken = new Set(wanted.filter((method): method is string => method !== null && methods.includes(method)));
	const free = methods.filter((method) => !taken.has(method));
	return wanted.map((method) => {
		const name = method !== null && methods.includes(method) ? method : (free.shift() ?? methods[0]);
		const candidates = runs.filter((run) => run.info.method === name);
		return candidates.find((run) => run.info.seed === seed) ?? candidates.find((run) => run.divergedAt === null) ?? candidates[0];
	});
}
