/** Trainings that the browser stores: the worker writes weights and moments to files, the page everything else to its database. */
import type { Experiment } from '../types';
import type { ForkOrigin, LambdaChange } from './run';

/** Folder of the origin private file system with one folder per stored training. */
export const STORED_FOLDER = 'stored-trainings';

/** A file with a run's weights and moments, and what must be set in the model before it is loaded. */
export interface StoredWeights {
	/** Name in the training's folder. A file is written once and never changed. */
	file: string;
	/** Size of the file. */
	bytes: number;
	/** Hexadecimal digest of the file. */
	sha256: string;
	/** Updates done. */
	step: number;
	state: 'training' | 'finished' | 'diverged';
	/** λ that the user had set by then. */
	lambdaEdits: LambdaChange[];
	/** Fixed λ of the model: (λ₁, λ₂) of each layer, and one of the whole model; null for those that it does not have. */
	lambdas: [number, number][] | null;
	lambda: number | null;
}

/** A run's group as it was named when the run began. */
export interface StoredName {
	group: string;
	label: string;
	/** For forks: the parent's group and the change, which forks of one group share. Otherwise null. */
	copied: string | null;
	/** Number of λ changes that a fork was copied with. */
	inherited: number;
}

/** A run as the worker continues it. */
export interface StoredRun {
	id: string;
	/** One method, one seed. */
	experiment: Experiment;
	point: number;
	fork: ForkOrigin | null;
	name: StoredName;
	/** Its time in training, seconds. */
	seconds: number;
	/** null = it has done no update, and starts from the weights that its seed draws. */
	weights: StoredWeights | null;
}

/** A training as the worker continues it. */
export interface StoredTraining {
	/** Name of its folder. */
	id: string;
	experiment: Experiment;
	fromCheckpoint: boolean;
	/** In the page's order. */
	runs: StoredRun[];
}
