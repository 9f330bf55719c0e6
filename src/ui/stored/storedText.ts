import { methodsOf } from '../../experiment/methods/names';
import { MOST_BYTES, MOST_TRAININGS, type StoredSummary } from '../../session/client/stored/rows';
import type { StoredState } from '../../session/client/stored/storedState';
import { formatBytes, formatCount, list, plural } from '../shared/format';

/** Methods that a stored training's title names; it counts the rest. */
const MOST_NAMES = 3;

/** `Vanilla and ResFormer identity, 4 runs`. */
export function titleOf({ experiment, runs }: StoredSummary): string {
	if (!experiment) return 'Unreadable training';
	const names = methodsOf(experiment).map(({ label }) => label);
	const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), `${names.length - MOST_NAMES} more`] : names;
	return `${list(shown)}, ${plural(runs, 'run')}`;
}

/** `finished`, or the steps that all runs together have done. */
export function progressOf({ step, steps, runs }: StoredSummary): string {
	if (step >= steps) return 'finished';
	if (runs === 1) return `step ${formatCount(step)} of ${formatCount(steps)}`;
	return `${formatCount(step)} of ${formatCount(steps)} steps of all runs`;
}

/** Date and time of its last change. */
export const timeOf = ({ changedAt }: StoredSummary): string =>
	new Date(changedAt).toLocaleString('en', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** True if this tab can continue it. */
export const canContinue = ({ current, elsewhere, problem }: StoredSummary): boolean => !current && !elsewhere && problem === null;

/** Reason why it can't be continued or deleted here; '' if it can. */
export function whyNot({ current, elsewhere, problem }: StoredSummary): string {
	if (current) return 'This tab trains it.';
	if (elsewhere) return 'It is open in another tab.';
	return problem === null ? '' : `It can’t be continued: ${problem}.`;
}

export const KEPT_TEXT = `Weights, curves and probes of each run are stored about every ten seconds. At most ${MOST_TRAININGS} trainings and ${formatBytes(MOST_BYTES)} are kept. Beyond that, or if the browser gives no more room, the oldest are deleted. Clear all deletes every training that is not open in a tab, and the kept results of finished ones.`;

/** Space that stored trainings take. */
export function spaceText({ list, quota }: Pick<StoredState, 'list' | 'quota'>): string {
	const bytes = (list ?? []).reduce((sum, each) => sum + each.bytes, 0);
	const limit = quota === null ? '' : ` The browser allows this page ${formatBytes(quota)}.`;
	return `${plural(list?.length ?? 0, 'training')} stored in this browser, ${formatBytes(bytes)}.${limit}`;
}
