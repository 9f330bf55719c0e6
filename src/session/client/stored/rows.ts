/** The parts of a stored training in the browser's database. Typed arrays are stored as they are. */
import type { RunInfo } from '../../../experiment/records/run';
import type { StoredName, StoredWeights } from '../../../experiment/records/stored';
import type { Experiment } from '../../../experiment/types';
import type { PackedFrame } from '../runs/frames';
import type { RunState } from '../runs/runRecord';
import type { ThinnedState } from '../runs/thinnedList';

export const DATABASE = 'resformer-lab-trainings';

export const STORED_VERSION = 1;

/** Most bytes of all stored trainings together. The oldest beyond it are deleted. */
export const MOST_BYTES = 2 * 2 ** 30;
/** The oldest beyond this many are deleted. */
export const MOST_TRAININGS = 30;

/** A stored training, with what a list of them shows. */
export interface TrainingRow {
	/** Name of its folder with weights. */
	id: string;
	version: typeof STORED_VERSION;
	/** The experiment that it began with. Never changes. */
	experiment: Experiment;
	/** Fields of the page's present experiment that differ, as methods and seeds that were added. */
	changes: Partial<Experiment>;
	fromCheckpoint: boolean;
	/** The group that the user compares others with. */
	baseline: string | null;
	/** Milliseconds since 1970. */
	changedAt: number;
	/** Ids in the page's order, with the updates done and to do, and the bytes of their rows and weights. */
	runs: { id: string; step: number; steps: number; bytes: number }[];
}

/** A run of a stored training. */
export interface RunRow extends Omit<RunState, 'frames'>, Pick<RunInfo, 'method' | 'seed' | 'point' | 'fork'> {
	training: string;
	id: string;
	/** Fields that differ from those of the training's experiment, apart from method and seed. */
	changes: Partial<Experiment>;
	groupName: StoredName;
	/** null if it is stored without: its seed draws its first weights. */
	weights: StoredWeights | null;
	/** Steps and numbers of the probes, whose maps are `FrameRow`s. */
	frames: ThinnedState<null>;
	sinks: ThinnedState<Float32Array>;
}

/** A probe of a run of a stored training. */
export interface FrameRow {
	training: string;
	run: string;
	step: number;
	frame: PackedFrame;
}

/** A stored training, as a list shows it. */
export interface StoredSummary {
	id: string;
	/** null if it can't be read. */
	experiment: Experiment | null;
	runs: number;
	/** Updates done by all runs together, and those that they will have done in the end. */
	step: number;
	steps: number;
	bytes: number;
	/** Milliseconds since 1970. */
	changedAt: number;
	/** It is this tab's. */
	current: boolean;
	/** It is open in another tab. */
	elsewhere: boolean;
	/** Reason why it can't be continued; null if it can. */
	problem: string | null;
}

/** A training whose version or content can't be read. The message is for the user. */
export class StoredTrainingError extends Error {
	override name = 'StoredTrainingError';
}
