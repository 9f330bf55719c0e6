import type { NamedLambda } from '../interventions/lambdas';
import type { Experiment } from '../types';

/** The run and step that a run was forked from. */
export interface ForkOrigin {
	/** Id of the run that was forked. */
	from: string;
	/** Updates that it had done when it was forked. */
	step: number;
	/** The one field that was changed. */
	change: Partial<Experiment>;
}

/** λ that the user set during training. */
export interface LambdaChange {
	/** Updates done before it. */
	step: number;
	lambdas: NamedLambda[];
}

/** One model in training: a method with a seed. */
export interface RunInfo {
	id: string;
	/** Canonical name of the method. */
	method: string;
	/** Name of its group, whose runs differ by their seed alone: the method's name, or a unique name for a fork. */
	group: string;
	/** Label of its group: that of the method, followed by a fork's change. */
	label: string;
	seed: number;
	/** Index of its point in the sweep that it was started with; 0 without a sweep. */
	point: number;
	/** Other points of that sweep that have the same run; absent = none. */
	alsoAt?: readonly number[];
	/** Its experiment, with one method and one seed. Added and forked runs may differ from the others in other fields too. */
	experiment: Experiment;
	/** null if it is not a fork. */
	fork: ForkOrigin | null;
	/** In the order of their steps. */
	lambdaEdits: LambdaChange[];
	parameters: number;
	kvCacheBytesPerToken: number;
	/** GPU memory that the run holds, bytes. */
	gpuBytes: number;
}
