import { useLayoutEffect, useMemo, useRef } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { type Compared, type MapPlace, mostDifferent, type Probes } from '../measures/mostDifferent';
import { useSame } from '../shared/useSame';
import type { Explorer } from './explorer';
import { runOf } from './shown';

/** Opens the place where the runs' maps differ most, until the user opens another: of recorded runs at any step, else at the latest. */
export function useMostDifferent(
	visible: readonly RunView[],
	baseline: string | null,
	explorer: Explorer,
	compared: Compared,
	patch: (change: Partial<Explorer>) => void,
): void {
	const { chosen, seed, follows } = explorer;
	const groups = useSame([...new Set(visible.map(({ info }) => info.group))]);
	const first = chosen[0] ?? (baseline !== null && groups.includes(baseline) ? baseline : groups[0]);
	const second = chosen[1] ?? null;
	const runs = useSame(
		[first, ...groups.filter((group) => group !== first && (second === null || group === second))]
			.filter((group) => group !== undefined && groups.includes(group))
			.map((group) => runOf(visible, group, seed)),
	);
	const maps = useSame(runs.map((run) => run.maps));
	const open = useRef<MapPlace | null>(null);
	const latest = useRef(runs);
	useLayoutEffect(() => {
		latest.current = runs;
	});
	// biome-ignore lint/correctness/useExhaustiveDependencies: a new probe makes new maps; the rest of a run does not matter
	const found = useMemo(() => (follows ? mostDifferent(runs.map(probesOf), compared, open.current) : null), [maps, follows, compared]);
	useLayoutEffect(() => {
		// Between the probes of two runs that train there is no common step, and what was open stays.
		if (!found) return;
		open.current = found;
		const { run, layer, head, step } = found;
		const pair = [latest.current[0], latest.current[run]];
		const last = Math.max(...pair.map(({ maps }) => maps?.step ?? 0));
		patch({ layer, head, step: step < last && pair[0].recorded ? step : null, pair: pair.map(({ info }) => info.group) });
	}, [found, patch]);
}

/** All recorded probes of a recorded run; the latest of one that trains or can be changed, as only that can be changed. */
function probesOf({ recorded, frames, maps }: RunView): Probes {
	if (recorded && frames.steps.length > 0) return frames;
	return maps ? { steps: [maps.step], at: () => maps } : { steps: [], at: frames.at };
}
