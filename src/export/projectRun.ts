import type { Checkpoint } from '../checkpoint/folder';
import type { Task } from '../data/task';
import { methodsOf } from '../experiment/methods/names';
import type { Experiment } from '../experiment/types';
import type { GpuContext } from '../gpu/gpuContext';
import { nextLosses } from '../training/nextLosses';
import { Run } from '../training/run';
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

/** Default number of recorded losses of a project. */
export const RECORDED_LOSSES = 20;

/** The runs of an experiment's points, not yet on a device. In a sweep, their ids start with the point. */
export const runsOfPoints = (points: readonly { index: number; experiment: Experiment; task: Task }[], isSweep: boolean): Run[] =>
	points.flatMap(({ index, experiment, task }) =>
		methodsOf(experiment).flatMap((method) =>
			experiment.seeds.map((seed) => {
				const id = `${isSweep ? `point${index + 1}-` : ''}${method.name}#${seed}`;
				return new Run({ experiment, method, seed, task, id, point: index });
			}),
		),
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
