import { useEffect, useRef } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { useSame } from '../shared/useSame';
import type { Explorer } from './explorer';
import { shownRuns } from './shown';

export interface ShownRuns {
	visible: readonly RunView[];
	/** One run per column. */
	shown: readonly RunView[];
	/** The column in focus, and its run. */
	focus: number;
	focused: RunView | undefined;
}

/** The runs whose maps are on the page, `room` of them at most. */
export function useShownRuns(
	runs: readonly RunView[],
	explorer: Explorer,
	room: number,
	onChoose: (column: number, group: string) => void,
): ShownRuns {
	const visible = useSame(runs.filter((run) => run.visible));
	const shown = useSame(shownRuns(visible, chosenGroups(explorer), explorer.seed, room));
	useFollowedRuns(shown, visible, onChoose);
	const focus = Math.min(explorer.focus, Math.max(0, shown.length - 1));
	return { visible, shown, focus, focused: shown[focus] };
}

/** The group of each column; null = the first one that is free. */
const chosenGroups = ({ chosen, pair }: Explorer): (string | null)[] =>
	Array.from({ length: Math.max(chosen.length, pair.length) }, (_, column) => chosen[column] ?? pair[column] ?? null);

/** A column stays with its run when that changes its group: a run that continues with other λ gets a group of its own. */
function useFollowedRuns(shown: readonly RunView[], visible: readonly RunView[], onChoose: (column: number, group: string) => void): void {
	const before = useRef(shown);
	useEffect(() => {
		before.current.forEach(({ info }, column) => {
			const now = visible.find((run) => run.info.id === info.id);
			if (now && now.info.group !== info.group) onChoose(column, now.info.group);
		});
		before.current = shown;
	}, [shown, visible, onChoose]);
}
