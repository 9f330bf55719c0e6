import type { LabSnapshot, RunView } from '../../session/client/snapshot';
import { formatCount, formatDuration, formatShort, plural } from '../format';

/** Where the training is: kernels compiled, or steps done, pace and time left. */
export function Progress({ lab }: { lab: LabSnapshot }) {
	const { state, compiling, experiment, runs, stepsPerSecond, stepsLeft } = lab;
	if (state === 'compiling' || lab.pending === 'start') {
		const total = compiling?.total ?? 0;
		const done = compiling?.done ?? 0;
		return (
			<Bar share={total > 0 ? done / total : 0} label="Compiling kernels">
				<span>
					{total > 0 ? `Compiling kernel ${formatCount(Math.min(done + 1, total))} of ${formatCount(total)}` : 'Preparing the kernels'}
				</span>
				<span className="mono ellipsis">{compiling?.kernel}</span>
			</Bar>
		);
	}
	if (!experiment || runs.length === 0) return null;
	const total = experiment.steps * runs.length;
	const share = total > 0 ? 1 - stepsLeft / total : 0;
	const tokens = stepsPerSecond === null ? null : stepsPerSecond * experiment.batchSize * experiment.sequenceLength;
	return (
		<Bar share={share} label="Training">
			<span className="step-counter">
				Step {stepRange(runs)} of {formatCount(experiment.steps)}
				{runs.length > 1 && <span className="muted"> · {plural(runs.length, 'run')}</span>}
			</span>
			<span className="muted">{stateWords(lab, tokens)}</span>
		</Bar>
	);
}

function stateWords(lab: LabSnapshot, tokens: number | null): string {
	if (lab.deviceLost) return 'Waiting for the GPU';
	if (lab.state === 'paused') return 'Paused';
	if (lab.state === 'finished') return 'Finished';
	if (tokens === null || lab.stepsPerSecond === null) return 'Measuring the pace';
	return `${formatShort(tokens)} tokens/s · ${formatDuration(lab.stepsLeft / lab.stepsPerSecond)} left`;
}

/** `240`, or `238 to 240` while the runs are not at the same step. */
function stepRange(runs: readonly RunView[]): string {
	const steps = runs.filter((run) => run.divergedAt === null).map((run) => run.step);
	const low = Math.min(...(steps.length ? steps : [0]));
	const high = Math.max(...(steps.length ? steps : [0]));
	return high - low <= 1 ? formatCount(low) : `${formatCount(low)} to ${formatCount(high)}`;
}

function Bar({ share, label, children }: { share: number; label: string; children: React.ReactNode }) {
	return (
		<div className="progress-block">
			<div className="progress-words">{children}</div>
			<div
				className="progress"
				role="progressbar"
				aria-label={label}
				aria-valuemin={0}
				aria-valuemax={100}
				aria-valuenow={Math.round(100 * share)}
			>
				<span style={{ transform: `scaleX(${share})` }} />
			</div>
		</div>
	);
}
