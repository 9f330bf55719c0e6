import { useEffect, useRef, useState } from 'react';
import { stepAfter } from './timeline';

/** Time between two recorded steps while they are played, ms: at least, to see a sink form; at most, for a run with few of them. */
const SHORTEST = 160;
const LONGEST = 1000;
/** Time that all recorded steps take unless one of these limits it, ms. */
const WHOLE = 4000;

const intervalOf = (steps: number): number => Math.min(LONGEST, Math.max(SHORTEST, WHOLE / Math.max(1, steps - 1)));

/** Plays the recorded steps from the chosen one, or from the first, up to the latest. */
export function usePlay(steps: readonly number[], step: number | null, onStep: (step: number | null) => void) {
	const [playing, setPlaying] = useState(false);
	const now = useRef({ steps, step, onStep });
	useEffect(() => {
		now.current = { steps, step, onStep };
	});
	const interval = intervalOf(steps.length);
	useEffect(() => {
		if (!playing) return;
		const timer = setInterval(() => {
			const { steps, step, onStep } = now.current;
			// The latest step is shown for as long as the others.
			if (step === null) return setPlaying(false);
			onStep(stepAfter(steps, step, 1));
		}, interval);
		return () => clearInterval(timer);
	}, [playing, interval]);
	const toggle = () => {
		if (!playing && step === null) onStep(steps[0] ?? null);
		setPlaying(!playing);
	};
	return { playing: playing && steps.length > 1, toggle };
}
