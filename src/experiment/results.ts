/**
 * Results of a training as plain JSON, with a few points of every curve and a few probes. The page shows recorded
 * answers from it, keeps it in the browser and saves it as a file. NaN is null.
 */
import type { ForkOrigin, LambdaChange } from './records/run';
import type { Experiment } from './types';

export const RESULTS_VERSION = 1;

export interface Results {
	version: typeof RESULTS_VERSION;
	/** When it was recorded, ISO 8601. */
	recordedAt: string;
	/** The adapter's name; null if unknown. */
	adapter: string | null;
	/** Set in the records that are part of the page. */
	provenance?: Provenance;
	/** The experiment that was started. */
	experiment: Experiment;
	runs: RunResult[];
}

/** The origin of a record, so that it can be made again. */
interface Provenance {
	/** The commit of this repository, nine digits; with `+` if files were changed. */
	commit: string;
	/** The command that makes it. */
	command: string;
}

export interface RunResult {
	id: string;
	method: string;
	/** Runs of a group differ by their seed alone. */
	group: string;
	label: string;
	/** The name that the user gave it. */
	name: string | null;
	seed: number;
	/** Index of its point in the sweep; absent = 0. */
	point?: number;
	/** Fields that differ from those of `Results.experiment`, apart from method and seed. */
	changes: Partial<Experiment>;
	fork: ForkOrigin | null;
	moved: LambdaChange[];
	parameters: number;
	kvCacheBytesPerToken: number;
	gpuBytes: number;
	/** Updates done. */
	step: number;
	finished: boolean;
	divergedAt: number | null;
	tokensPerSecond: number | null;
	losses: LossPoints;
	history: { step: number; metrics: MetricValues }[];
	frames: FrameResult[];
}

/** Losses at some steps, ascending, without NaN. All lists have the same length. */
export interface LossPoints {
	steps: number[];
	values: number[];
	/** Sum of all losses before each step, including those not listed, so that means over ranges stay exact. */
	sums: number[];
	/** Training time of this run alone, seconds. */
	seconds: (number | null)[];
}

export type MetricValues = Record<string, number | null | (number | null)[]>;

/** A probe: probabilities as 16-bit numbers, the rest as decimals. */
export interface FrameResult {
	step: number;
	layers: number;
	heads: number;
	/** Display text of each of the T tokens. */
	tokens: string[];
	/** round(65535·p) of the lower triangles [layers, heads, T(T+1)/2], 16-bit little-endian, as base64. */
	probabilities: string;
	/** [layers, T] each. */
	valueNorms: number[];
	mixedNorms: number[];
	hiddenNorms: number[];
	/** [layers, heads] */
	sinkRates: number[];
}

/** The experiment of one run, which has no sweep. */
export const experimentOf = (run: Pick<RunResult, 'changes' | 'method' | 'seed'>, { sweep: _, ...experiment }: Experiment): Experiment => ({
	...experiment,
	...run.changes,
	methods: [run.method],
	seeds: [run.seed],
});
