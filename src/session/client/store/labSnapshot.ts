import type { AdapterDescription } from '../../../experiment/records/adapter';
import type { Frame } from '../../../experiment/records/frame';
import type { Metrics } from '../../../experiment/records/metrics';
import type { RunInfo } from '../../../experiment/records/run';
import type { Experiment } from '../../../experiment/types';
import type { Estimate, SessionState } from '../protocol';
import type { FrameTrack } from '../runs/frames';
import type { SeriesView } from '../runs/lossSeries';

/** Metrics as they were after `step` updates. */
export interface MetricPoint {
	step: number;
	metrics: Metrics;
}

/** The latest value of every metric. */
export function latestOf(history: readonly MetricPoint[]): Metrics {
	const latest: Metrics = {};
	for (const { metrics } of history) Object.assign(latest, metrics);
	return latest;
}

/** One run as the page sees it. A new object whenever something of it changed; unchanged runs keep theirs. */
export interface RunView {
	readonly info: RunInfo;
	/** The user's name for it; else the label of its group. */
	readonly name: string;
	/** True if charts and maps show it. The table shows every run. */
	readonly visible: boolean;
	readonly series: SeriesView;
	/** Updates done. */
	readonly step: number;
	readonly tokensPerSecond: number | null;
	/** The latest value of every metric. */
	readonly metrics: Metrics;
	/** Every metric event, in the order of steps. */
	readonly history: readonly MetricPoint[];
	/** The latest probe, exact (of a recorded run: as it was stored). */
	readonly maps: Frame | null;
	/** Probes over training, the latest included. */
	readonly frames: FrameTrack;
	readonly divergedAt: number | null;
	readonly finished: boolean;
	/** Read from results: it does not train, and has only some of its steps (`series.steps`). */
	readonly recorded: boolean;
}

export interface Notice {
	id: number;
	kind: 'note' | 'warning' | 'error';
	text: string;
}

/** A command that the worker has not answered yet: the button shows it at once. */
export type Pending = 'start' | 'pause' | 'resume' | 'step' | 'reset';

/** Everything the page shows, at one moment. Never changed in place. */
export interface LabSnapshot {
	readonly adapter: AdapterDescription | null;
	readonly unavailable: { reason: string; advice: string } | null;
	readonly state: SessionState;
	readonly pending: Pending | null;
	readonly compiling: { done: number; total: number; kernel: string } | null;
	/** The experiment that was started last, with the methods and seeds added since. Other added or forked runs have an `info.experiment` of their own. */
	readonly experiment: Experiment | null;
	/** In the order of their first appearance, without removed ones. */
	readonly runs: readonly RunView[];
	/** The group that others are compared with, as the user pinned it; null = vanilla, or else the first. */
	readonly baseline: string | null;
	/** Runs removed last, for as long as they can be restored; empty = none. */
	readonly removed: readonly { id: string; name: string }[];
	/** All runs together, by the clock, over the last seconds; null while unknown or not running. */
	readonly stepsPerSecond: number | null;
	/** Steps that all runs together have yet to take, each to the end of its own experiment. */
	readonly stepsLeft: number;
	readonly estimate: Estimate | null;
	/** Message that the training worker has stopped, until another is started; null while it runs. */
	readonly workerStopped: string | null;
	/** The GPU's message while a lost device is being replaced. */
	readonly deviceLost: string | null;
	/** The finished training could not be kept, as the browser's storage is full; `LabClient.forgetOld` makes room. */
	readonly storageFull: boolean;
	readonly notices: readonly Notice[];
}

export const EMPTY_SNAPSHOT: LabSnapshot = {
	adapter: null,
	unavailable: null,
	state: 'idle',
	pending: null,
	compiling: null,
	experiment: null,
	runs: [],
	baseline: null,
	removed: [],
	stepsPerSecond: null,
	stepsLeft: 0,
	estimate: null,
	workerStopped: null,
	deviceLost: null,
	storageFull: false,
	notices: [],
};
