import { useCallback, useMemo } from 'react';
import type { RunView } from '../../session/client/store/labSnapshot';
import { handleKey } from '../actions/action';
import { TIME_ACTIONS } from '../actions/attentionActions';
import { isTextField, useKey } from '../shared/hooks';
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
	const onStep = useCallback((next: number | null) => onChange({ step: next, follows: false }), [onChange]);
	useKey((event) => {
		if (isTextField(event.target) || (event.target as Element).closest?.('select')) return;
		const go = (direction: 1 | -1) => onStep(stepAfter(steps, step, direction));
		handleKey(TIME_ACTIONS, { steps: steps.length, ownText: text !== null, go }, event);
	});
	return { steps, onStep };
}
