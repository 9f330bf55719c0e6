import type { Run } from '../../training/run';
import type { StepResult } from '../../training/trainer';
import type { Post } from './post';

/** Time between two messages with a run's steps, ms: a page draws no faster. */
const INTERVAL = 100;

/** Collects the runs' steps and posts them a few times a second instead of one by one. */
export class StepBuffer {
	private readonly pending = new Map<Run, StepResult[]>();
	/** Time in training, seconds. Weak, so that a removed run and its checkpoint can be freed. */
	private readonly trained = new WeakMap<Run, number>();
	private timer: ReturnType<typeof setTimeout> | null = null;

	constructor(private readonly post: Post) {}

	add(run: Run, result: StepResult): void {
		const steps = this.pending.get(run) ?? [];
		// After a lost device a run repeats steps. One message holds consecutive steps only.
		if (steps.length && result.step !== steps[steps.length - 1].step + 1) this.flush();
		this.pending.set(run, [...(this.pending.get(run) ?? []), result]);
		this.timer ??= setTimeout(() => this.flush(), INTERVAL);
	}

	/** A run has been in training for some seconds before it was stored. */
	resume(run: Run, seconds: number): void {
		this.trained.set(run, seconds);
	}

	/** A run's time in training begins with that of the run that it is a copy of. */
	inherit(run: Run, parent: Run): void {
		this.trained.set(run, this.trained.get(parent) ?? 0);
	}

	/** Posts the buffered steps. */
	flush(): void {
		if (this.timer !== null) clearTimeout(this.timer);
		this.timer = null;
		for (const [run, steps] of this.pending) {
			let seconds = this.trained.get(run) ?? 0;
			const times = Float32Array.from(steps, (step) => {
				seconds += step.seconds;
				return seconds;
			});
			this.trained.set(run, seconds);
			const series = (of: (step: StepResult) => number) => Float32Array.from(steps, of);
			const [losses, gradNorms, learningRates] = [series((s) => s.loss), series((s) => s.gradNorm), series((s) => s.learningRate)];
			this.post(
				{
					type: 'steps',
					run: run.id,
					first: steps[0].step,
					losses,
					gradNorms,
					learningRates,
					seconds: times,
					tokensPerSecond: run.tokensPerSecond,
				},
				[losses.buffer, gradNorms.buffer, learningRates.buffer, times.buffer] as ArrayBuffer[],
			);
		}
		this.pending.clear();
	}
}
