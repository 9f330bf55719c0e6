import type { Checkpoint } from '../checkpoint/folder';
import type { Task } from '../data/task';
import { runsOf } from '../experiment/runs';
import type { Experiment } from '../experiment/types';
import type { GpuContext } from '../gpu/gpuContext';
import { nextLosses } from '../training/nextLosses';
import { type Run, runOf } from '../training/run';
import { checkpointOf, type RunState } from './runCheckpoint';
import type { Texts } from './texts';

/** A run's part of a project. */
export interface ProjectRun {
	/** Without batches: data.py draws them. */
	checkpoint: Omit<Checkpoint, 'batches'>;
	/** Of one method and one seed. */
	experiment: Experiment;
	/** The lab's losses and gradient norms at the steps from the checkpoint's on. */
	expected: { losses: readonly number[]; gradNorms: readonly number[] };
	/** The tokens of the text that its sequences are made from; null if they are made from none. */
	tokens: Int32Array | null;
}

/** Facts about the whole experiment that the project's files repeat. */
export interface ProjectSource {
	/** The share link, or its hash with `#`. */
	link: string;
	/** True if each run has a folder, false if the only run's files are next to the code. */
	several: boolean;
	/** Name of the GPU that computed the losses; null if there are none. */
	adapter: string | null;
}

/** Most tokens of a vocabulary that are stored as 16-bit numbers; data.py has the same limit. */
export const SMALL_VOCABULARY = 65_536;

/** Default number of recorded losses of a project. */
export const RECORDED_LOSSES = 20;

/** The runs of an experiment, not yet on a device. In a sweep, their ids start with the first point that has them. */
export const projectRuns = (experiment: Experiment, taskOf: (experiment: Experiment) => Promise<Task>): Promise<Run[]> =>
	Promise.all(
		runsOf(experiment).map(async (run) => {
			const { index, experiment: at } = run.point;
			return runOf(run, { task: await taskOf(at), id: `${experiment.sweep ? `point${index + 1}-` : ''}${run.method}#${run.seed}` });
		}),
	);

/**
 * A run for a project. Trains a copy of it for `losses` steps, if it has as many left.
 *
 * @param state null = from its first weights
 * @param gpu null = records no losses
 */
export async function projectRun(
	run: Run,
	state: RunState | null,
	{ texts, gpu, losses }: { texts: Texts; gpu: GpuContext | null; losses: number },
): Promise<ProjectRun> {
	return {
		checkpoint: checkpointOf(run, state, 0),
		experiment: run.experiment,
		expected: gpu ? await nextLosses(gpu, run, state, losses) : { losses: [], gradNorms: [] },
		tokens: await texts.tokensOf(run.experiment, run.task),
	};
}
