import type { Metrics } from '../../experiment/records/metrics';
import type { Run } from '../../training/run';
import type { StepResult } from '../../training/trainer';

/** Prints a training as it goes. Everything arrives once, in order within a run. */
export interface Watcher {
	stepped(run: Run, result: StepResult): void;
	/** `step` updates of the run are done. */
	measured(run: Run, step: number, metrics: Metrics): void;
	diverged(run: Run, step: number): void;
	finished(run: Run, metrics: Metrics): void;
	/** A sentence for people. */
	note(text: string): void;
	/** Gives the terminal back; may come more than once. */
	end(): void;
	/** What is to be said when all runs are over. */
	summary(): void;
}
