import type { LabSnapshot, RunView } from '../../session/client/store/labSnapshot';
import { formatCount, formatDuration, formatShort, plural } from '../shared/format';

/** Progress of the training: kernels compiled, or steps done, speed and time left. */
export function Progress({ lab }: { lab: LabSnapshot }) {
	const { state, compiling, runs, stepsPerSecond, stepsLeft } = lab;
	if (lab.deviceLost === null && (state === 'compiling' || lab.pending === 'start')) {
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
	if (runs.length === 0) return null;
	const total = sum(runs, (run) => run.info.experiment.steps);
	const share = total > 0 ? Math.max(0, 1 - stepsLeft / total) : 0;
	const tokens = stepsPerSecond === null ? null : stepsPerSecond * tokensPerStep(runs);
	return (
		<Bar share={share} label="Training">
			<span className="step-counter">
				{stepText(runs)}
				{runs.length > 1 && <span className="muted"> · {endedText(runs)}</span>}
			</span>
			<span className="muted">{stateText(lab, tokens)}</span>
		</Bar>
	);
}

/** Runs whose steps are counted: those that still train, or else those that have finished. One that diverged counts only if all did. */
function active(runs: readonly RunView[]): readonly RunView[] {
	const alive = runs.filter((run) => run.divergedAt === null);
	const training = alive.filter((run) => !run.finished);
	return [training, alive, runs].find(({ length }) => length > 0) ?? runs;
}

const allDiverged = (runs: readonly RunView[]): boolean => runs.length > 0 && runs.every((run) => run.divergedAt !== null);

/** `Step 240 of 600`; without the end if it is not the same for all runs. */
function stepText(runs: readonly RunView[]): string {
	const counted = active(runs);
	const ends = new Set(counted.map(({ info }) => info.experiment.steps));
	const end = ends.size === 1 ? ` of ${formatCount([...ends][0])}` : '';
	return `${allDiverged(runs) ? 'Stopped at step' : 'Step'} ${range(counted.map((run) => run.step))}${end}`;
}

/** `3 runs` or `2 of 3 runs finished, 1 diverged`. */
function endedText(runs: readonly RunView[]): string {
	const finished = runs.filter((run) => run.finished).length;
	const diverged = runs.filter((run) => run.divergedAt !== null).length;
	if (diverged === runs.length) return `all ${formatCount(diverged)} runs diverged`;
	const all = plural(runs.length, 'run');
	return `${finished > 0 ? `${formatCount(finished)} of ${all} finished` : all}${diverged > 0 ? `, ${formatCount(diverged)} diverged` : ''}`;
}

/** Tokens per step, mean over the runs that still train. */
function tokensPerStep(runs: readonly RunView[]): number {
	const training = active(runs);
	return sum(training, ({ info }) => info.experiment.batchSize * info.experiment.sequenceLength) / Math.max(1, training.length);
}

const sum = (runs: readonly RunView[], of: (run: RunView) => number): number => runs.reduce((total, run) => total + of(run), 0);

function stateText(lab: LabSnapshot, tokens: number | null): string {
	if (lab.deviceLost) return 'Waiting for the GPU';
	if (lab.state === 'idle') return 'Stopped';
	if (lab.state === 'paused') return 'Paused';
	if (lab.state === 'finished') return allDiverged(lab.runs) ? 'Diverged' : 'Finished';
	if (tokens === null || lab.stepsPerSecond === null) return 'Measuring the speed';
	return `${formatShort(tokens)} tokens/s · about ${formatDuration(lab.stepsLeft / lab.stepsPerSecond)} left`;
}

/** `240`, or `238 to 240` while the runs differ by more than a step. */
function range(counts: readonly number[]): string {
	const low = Math.min(...(counts.length ? counts : [0]));
	const high = Math.max(...(counts.length ? counts : [0]));
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
