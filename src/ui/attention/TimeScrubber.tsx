import { memo, useEffect, useState } from 'react';
import { useCursorStore } from '../shared/cursor';
import { formatCount } from '../shared/format';
import { useMedia } from '../shared/hooks';
import { indexAt, stepAfter } from './timeline';
import { usePlay } from './usePlay';

interface Props {
	/** Every recorded step of the runs shown, ascending. */
	steps: readonly number[];
	/** The step shown; null = the latest. */
	step: number | null;
	/** Why earlier steps can't be shown; empty if they can. */
	why: string;
	onStep(step: number | null): void;
}

/** Chooses a recorded probe; at its end it follows training. */
export const TimeScrubber = memo(function TimeScrubber({ steps, step, why, onStep }: Props) {
	const still = useMedia('(prefers-reduced-motion: reduce)');
	const { playing, toggle } = usePlay(steps, step, onStep);
	const last = steps.length - 1;
	const place = step === null ? last : Math.max(0, indexAt(steps, step));
	const locked = why !== '' || steps.length < 2;
	const [moving, setMoving] = useState(false);
	useChartCursor(playing || moving ? (steps[place] ?? null) : null);
	const text = steps.length === 0 ? 'no probe yet' : `${step === null ? 'latest, ' : ''}step ${formatCount(steps[place])}`;
	return (
		<div className="scrubber">
			<label className="inline" htmlFor="attention-step">
				Step
			</label>
			{!still && (
				<button
					type="button"
					className="icon quiet"
					disabled={locked}
					aria-pressed={playing}
					aria-label="Play the recorded steps"
					onClick={toggle}
				>
					{playing ? '❚❚' : '▶'}
				</button>
			)}
			<input
				id="attention-step"
				type="range"
				min={0}
				max={Math.max(0, last)}
				step={1}
				value={Math.max(0, place)}
				disabled={locked}
				aria-valuetext={text}
				title="Recorded steps; [ and ] step back and forth"
				onPointerUp={() => setMoving(false)}
				onBlur={() => setMoving(false)}
				onChange={(event) => {
					setMoving(true);
					const next = Number(event.target.value);
					onStep(next >= last ? null : steps[next]);
				}}
			/>
			<output className="scrubber-words" htmlFor="attention-step">
				{why || text}
			</output>
			<button type="button" disabled={step === null || locked} onClick={() => onStep(stepAfter(steps, step, steps.length))}>
				Latest
			</button>
		</div>
	);
});

/** The cursor of every chart is at `step` until that is null. */
function useChartCursor(step: number | null): void {
	const cursor = useCursorStore();
	useEffect(() => {
		if (step === null) return;
		cursor.set(step);
		return () => cursor.set(null);
	}, [cursor, step]);
}
