import type { Metrics } from '../../experiment/records/metrics';
import type { Run } from '../../training/run';
import type { StepResult } from '../../training/trainer';

/** Prints a training's progress. Each result is reported once, in order within a run. */
export interface Watcher {
	stepped(run: Run, result: StepResult): void;
	/** Metrics of a run after `step` updates. */
	measured(run: Run, step: number, metrics: Metrics): void;
	diverged(run: Run, step: number): void;
	finished(run: Run, metrics: Metrics): void;
	/** Prints a message for the user. */
	note(text: string): void;
	/** Removes what is drawn on the terminal. May be called more than once. */
	end(): void;
	/** Prints the results after all runs have ended. */
	summary(): void;
}
