import { useCallback, useMemo } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { useKey } from '../shared/hooks';
import { useSame } from '../shared/useSame';
import type { Explorer } from './explorer';
import { recordedSteps, stepAfter } from './timeline';

export interface Scrubber {
	/** Every recorded step of the runs shown, ascending. */
	steps: readonly number[];
	/** null = the latest. */
	onStep(step: number | null): void;
}

/** Recorded steps of the runs shown; `[` and `]` go through them unless a text of the user's own is read. */
export function useScrubber(
	shown: readonly RunView[],
	step: number | null,
	text: string | null,
	onChange: (change: Partial<Explorer>) => void,
): Scrubber {
	const tracks = useSame(shown.map((run) => run.frames));
	const steps = useMemo(() => recordedSteps(tracks), [tracks]);
	const onStep = useCallback((next: number | null) => onChange({ step: next }), [onChange]);
	useKey((event) => {
		if ((event.key !== '[' && event.key !== ']') || text !== null || steps.length < 2) return;
		if ((event.target as Element).closest?.('input:not([type=range], [type=checkbox]), textarea, select, dialog')) return;
		onStep(stepAfter(steps, step, event.key === ']' ? 1 : -1));
	});
	return { steps, onStep };
}
