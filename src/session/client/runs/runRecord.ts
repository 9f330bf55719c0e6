import type { Frame } from '../../../experiment/records/frame';
import type { Metrics } from '../../../experiment/records/metrics';
import type { RunInfo } from '../../../experiment/records/run';
import type { Event } from '../protocol';
import { latestOf, type MetricPoint, type RunView } from '../store/labSnapshot';
import { FrameMemory, FrameRecorder, type FramesState, latestFrame } from './frames';
import { LossSeries, type StoredSeries, storedSeries } from './lossSeries';
import { CurveMemory, fewMetrics, thinSeries } from './thinning';

type StepsEvent = Extract<Event, { type: 'steps' }>;

/** Memory of a point of the metrics, about that of three measures of eight layers, bytes. */
const METRICS_BYTES = 1000;
/** Points of the metrics that a thinned run keeps. */
const FEW_METRICS = 240;

/** Everything that the page knows of a run apart from its `RunInfo`, to be stored. */
export interface RunState {
	/** The user's name for it. */
	name: string | null;
	visible: boolean;
	tokensPerSecond: number | null;
	divergedAt: number | null;
	finished: boolean;
	series: StoredSeries;
	history: readonly MetricPoint[];
	frames: FramesState;
}

/** One run between two snapshots. `view` returns an immutable copy. */
export class RunRecord {
	private readonly series = new LossSeries();
	/** Appended to; `view` copies it once per snapshot if it has changed. */
	private history: MetricPoint[] = [];
	private shownHistory: readonly MetricPoint[] | null = null;
	private latest: Metrics = {};
	private readonly frames: FrameRecorder;
	private name: string | null = null;
	private visible = true;
	private tokensPerSecond: number | null = null;
	private divergedAt: number | null = null;
	private finished = false;
	private cached: RunView | null = null;

	constructor(
		private info: RunInfo,
		memory = new FrameMemory(),
		private readonly curves = new CurveMemory(),
	) {
		this.frames = new FrameRecorder(memory);
	}

	get id(): string {
		return this.info.id;
	}

	/** Updates done. A fork begins with those of the run that it copies. */
	get step(): number {
		return this.divergedAt ?? Math.max(this.series.length, this.info.fork?.step ?? 0);
	}

	/** Updates that it has yet to do. */
	get stepsLeft(): number {
		return this.ended ? 0 : Math.max(0, this.info.experiment.steps - this.step);
	}

	/** No more steps will follow. */
	get ended(): boolean {
		return this.finished || this.divergedAt !== null;
	}

	/** The user's name for it; null if it has none. */
	get givenName(): string | null {
		return this.name;
	}

	/** The user's name for it, else its label. */
	get shownName(): string {
		return this.name ?? this.info.label;
	}

	setInfo(info: RunInfo): void {
		if (sameInfo(this.info, info)) return;
		// These never change. The same objects keep what the page has computed for them.
		this.info = { ...info, experiment: this.info.experiment, fork: this.info.fork };
		this.cached = null;
	}

	addSteps(event: StepsEvent): void {
		this.series.append(event.first, event.losses, event.seconds, event.gradNorms);
		this.tokensPerSecond = event.tokensPerSecond;
		this.cached = null;
	}

	addMetrics(step: number, metrics: Metrics): void {
		const last = this.history.at(-1);
		if (last?.step === step) this.history[this.history.length - 1] = { step, metrics: { ...last.metrics, ...metrics } };
		else this.history.push({ step, metrics });
		this.latest = { ...this.latest, ...metrics };
		this.shownHistory = null;
		this.cached = null;
	}

	addFrame(frame: Frame): void {
		this.frames.add(frame);
		this.cached = null;
	}

	/** The user's name for it; an empty one takes it back. */
	rename(name: string): void {
		this.name = name.trim() || null;
		this.cached = null;
	}

	show(visible: boolean): void {
		this.visible = visible;
		this.cached = null;
	}

	diverge(step: number): void {
		this.divergedAt = step;
		this.end();
		this.cached = null;
	}

	finish(steps: number, metrics: Metrics): void {
		this.finished = true;
		this.addMetrics(steps, metrics);
		this.end();
	}

	private end(): void {
		this.frames.end();
		this.curves.end(this);
	}

	/** Memory of its losses and metrics, bytes. */
	get curveBytes(): number {
		return this.series.bytes + this.history.length * METRICS_BYTES;
	}

	/** A copy of all that is known of it. */
	state(): RunState {
		const { name, visible, tokensPerSecond, divergedAt, finished } = this;
		const series = storedSeries(this.series.view());
		return { name, visible, tokensPerSecond, divergedAt, finished, series, history: this.history.slice(), frames: this.frames.state() };
	}

	/** Continues a new record as a stored run. With `from`, it has steps to take from there: what followed is dropped. */
	resume(state: RunState, from: number | null): void {
		({ name: this.name, visible: this.visible, tokensPerSecond: this.tokensPerSecond } = state);
		({ divergedAt: this.divergedAt, finished: this.finished } = state);
		this.series.resume(state.series, from === null);
		this.history = [...state.history];
		this.latest = latestOf(this.history);
		this.frames.resume(state.frames);
		if (from === null) this.end();
		else this.rewind(from);
		this.cached = null;
	}

	/** Keeps few points of its losses and metrics. */
	thinCurves(): void {
		this.series.thin(thinSeries);
		this.history = [...fewMetrics(this.history, FEW_METRICS)];
		this.shownHistory = null;
		this.cached = null;
	}

	/** Goes back to a checkpoint taken after `step` updates. */
	rewind(step: number): void {
		this.series.truncate(step);
		while ((this.history.at(-1)?.step ?? 0) > step) this.history.pop();
		this.shownHistory = null;
		this.latest = latestOf(this.history);
		if (this.divergedAt !== null && this.divergedAt >= step) this.divergedAt = null;
		this.finished = false;
		this.curves.leave(this);
		this.frames.rewind(step);
		this.cached = null;
	}

	/** The run was removed and can't be restored. */
	release(): void {
		this.frames.release();
		this.curves.leave(this);
	}

	/** An immutable picture of the run; the same object as long as nothing changed. */
	view(): RunView {
		this.shownHistory ??= this.history.slice();
		const frames = this.frames.view();
		// A new run takes part of its memory for probes.
		if (this.cached?.frames !== frames) this.cached = null;
		this.cached ??= {
			info: this.info,
			name: this.shownName,
			visible: this.visible,
			series: this.series.view(),
			step: this.step,
			tokensPerSecond: this.tokensPerSecond,
			metrics: this.latest,
			history: this.shownHistory,
			// Unpacked when it is read, if many runs have ended.
			get maps() {
				return latestFrame(frames);
			},
			frames,
			divergedAt: this.divergedAt,
			finished: this.finished,
			recorded: false,
		};
		return this.cached;
	}
}

/** True if nothing of a run has changed. Its experiment and its fork never do. */
function sameInfo(a: RunInfo, b: RunInfo): boolean {
	return (Object.keys({ ...a, ...b }) as (keyof RunInfo)[]).every((key) => {
		if (key === 'experiment' || key === 'fork' || a[key] === b[key]) return true;
		// Of lists, the worker sends copies.
		return typeof a[key] === 'object' && JSON.stringify(a[key]) === JSON.stringify(b[key]);
	});
}
