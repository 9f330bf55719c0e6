import type { StoredTraining } from '../../experiment/records/stored';
import type { Experiment } from '../../experiment/types';
import type { Run } from '../../training/run';
import { expectPrecision } from '../../training/trainer';
import type { NamedFile } from '../client/protocol';
import { startFrom } from './checkpoints';
import type { LabGpu } from './labGpu';
import { RunNames } from './runNames';
import { storedRuns } from './storage/continueTraining';
import { RunStorage } from './storage/runStorage';
import { StoredWeightsError } from './storage/snapshotFile';
import type { WeightFiles } from './storage/weightFiles';
import type { TaskCache } from './taskCache';

/** Runs that were created and are not on the device yet. */
export interface PreparedRuns {
	names: RunNames;
	made: Run[];
	/** The stored training that they are from. */
	stored?: StoredTraining;
}

interface Services {
	gpu: LabGpu;
	tasks: TaskCache;
	/** Files of stored trainings; null if nothing is stored. */
	files: WeightFiles | null;
}

/**
 * Creates an experiment's runs, with the weights of a checkpoint if its files are given.
 *
 * @throws TaskError, CheckpointError if no run is the checkpoint's model, PlanError if the GPU doesn't have the precision
 */
export async function prepareRuns(
	experiment: Experiment,
	{ gpu, tasks }: Services,
	checkpoint?: readonly NamedFile[],
): Promise<PreparedRuns> {
	const names = new RunNames();
	const made = names.begin(await tasks.ofRuns(experiment));
	if (checkpoint) startFrom(checkpoint, made);
	const half = made.find((run) => run.experiment.precision === 'float16');
	// A device that is not there is reported when it is opened.
	const adapter = half ? await gpu.adapter() : null;
	if (half && adapter) expectPrecision(half.experiment.precision, adapter);
	return { names, made };
}

/**
 * Creates the runs of a stored training, each at its last checkpoint.
 *
 * @throws StoredWeightsError if this browser stores none, or a file is missing or damaged; NoGpuError, TaskError, PlanError
 */
export async function prepareStored(stored: StoredTraining, { gpu, tasks, files }: Services): Promise<PreparedRuns> {
	if (!files) throw new StoredWeightsError('this browser stores no trainings');
	const { adapter } = await gpu.open();
	const names = new RunNames();
	const made = await storedRuns(stored, { files, tasks, names, adapter });
	return { names, made, stored };
}

/** The storage of prepared runs, which knows the files that they have; null if nothing is stored. */
export function storageFor(
	{ made, stored }: PreparedRuns,
	files: WeightFiles | null,
	post: ConstructorParameters<typeof RunStorage>[2],
): RunStorage | null {
	if (!files) return null;
	const storage = new RunStorage(stored?.id ?? crypto.randomUUID(), files, post);
	stored?.runs.forEach(({ weights }, i) => {
		if (weights) storage.adopt(made[i], weights.bytes);
	});
	return storage;
}
