/** Runs as the charts compare them: by group, whose runs differ by their seed alone. */
import type { RunStyle } from '../../experiment/methods/descriptor';
import { groupsOf, type RunGroup } from '../../session/client/runs/runGroups';
import type { RunView } from '../../session/client/store/labSnapshot';
import { groupStyle } from '../theme/methodStyle';

/** A group with its style, and with the user's name if all of its runs have it. */
export interface ChartGroup extends RunGroup {
	style: RunStyle;
}

export function chartGroups(runs: readonly RunView[]): ChartGroup[] {
	return groupsOf(runs).map((group) => ({ ...group, label: sharedName(group) ?? group.label, style: groupStyle(group.runs[0].info) }));
}

function sharedName({ runs }: RunGroup): string | null {
	return runs.every(({ name }) => name === runs[0].name) ? runs[0].name : null;
}
