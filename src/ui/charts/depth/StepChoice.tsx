import { lastAt } from '../../../session/client/runs/kept';
import { formatCount } from '../../shared/format';

interface Props {
	/** Ascending. */
	steps: readonly number[];
	/** The step shown; null = the latest. */
	step: number | null;
	onStep(step: number | null): void;
}

/** Chooses among recorded steps; at its end it follows training. */
export function StepChoice({ steps, step, onStep }: Props) {
	const last = steps.length - 1;
	if (last < 1) return null;
	const place = step === null ? last : Math.max(0, lastAt(steps, step));
	const text = `step ${formatCount(steps[place])}`;
	return (
		<label className="inline">
			Step
			<input
				type="range"
				min={0}
				max={last}
				value={place}
				aria-valuetext={text}
				onChange={(event) => {
					const next = Number(event.target.value);
					onStep(next >= last ? null : steps[next]);
				}}
			/>
			<output>{text}</output>
		</label>
	);
}
