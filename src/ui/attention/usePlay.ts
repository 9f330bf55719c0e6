import { useEffect, useRef, useState } from 'react';
import { stepAfter } from './timeline';

/** Time between two recorded steps while they are played, ms: slow enough to see a sink form. */
const INTERVAL = 160;

/** Plays the recorded steps from the chosen one, or from the first, up to the latest. */
export function usePlay(steps: readonly number[], step: number | null, onStep: (step: number | null) => void) {
	const [playing, setPlaying] = useState(false);
	const now = useRef({ steps, step, onStep });
	useEffect(() => {
		now.current = { steps, step, onStep };
	});
	useEffect(() => {
		if (!playing) return;
		const timer = setInterval(() => {
			const { steps, step, onStep } = now.current;
			const next = stepAfter(steps, step, 1);
			onStep(next);
			if (next === null) setPlaying(false);
		}, INTERVAL);
		return () => clearInterval(timer);
	}, [playing]);
	const toggle = () => {
		if (!playing && step === null) onStep(steps[0] ?? null);
		setPlaying(!playing);
	};
	return { playing: playing && steps.length > 1, toggle };
}
