import type { NamedLambda } from '../interventions/lambdas';
import type { Experiment } from '../types';

/** Where a run started as a copy of another. */
export interface ForkOrigin {
	/** Id of the run that was copied. */
	from: string;
	/** Updates that it had done. */
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
	/** Runs of a group differ by their seed alone. The method's name, or a name of its own for a fork. */
	group: string;
	/** The group's label: the method's, and what a fork changed. */
	label: string;
	seed: number;
	/** What it trains: one method, one seed. Added and forked runs may differ from the others in further fields. */
	experiment: Experiment;
	/** null: it started from its own first weights. */
	fork: ForkOrigin | null;
	/** In order. */
	lambdaEdits: LambdaChange[];
	parameters: number;
	kvCacheBytesPerToken: number;
	/** GPU memory that the run holds, bytes. */
	gpuBytes: number;
}
