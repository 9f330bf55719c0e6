import { FrameRecorder } from './frames';
import type { Event, Metrics, ProbeFrame, RunInfo } from './protocol';
import { LossSeries } from './series';
import type { MetricPoint, RunView } from './snapshot';

type StepsEvent = Extract<Event, { type: 'steps' }>;

/** What the store keeps of one run between two snapshots; `view` hands out an immutable copy of it. */
export class RunRecord {
	private readonly series = new LossSeries();
	private history: readonly MetricPoint[] = [];
	private latest: Metrics = {};
	private maps: ProbeFrame | null = null;
	private readonly frames = new FrameRecorder();
	private name: string | null = null;
	private visible = true;
	private tokensPerSecond: number | null = null;
	private divergedAt: number | null = null;
	private finished = false;
	private cached: RunView | null = null;

	constructor(private info: RunInfo) {}

	get step(): number {
		return this.divergedAt ?? this.series.length;
	}

	/** No more steps will come. */
	get ended(): boolean {
		return this.finished || this.divergedAt !== null;
	}

	setInfo(info: RunInfo): void {
		this.info = info;
		this.cached = null;
	}

	addSteps(event: StepsEvent): void {
		this.series.append(event.first, event.losses, event.seconds);
		this.tokensPerSecond = event.tokensPerSecond;
		this.cached = null;
	}

	addMetrics(step: number, metrics: Metrics): void {
		const last = this.history[this.history.length - 1];
		this.history =
			last?.step === step
				? [...this.history.slice(0, -1), { step, metrics: { ...last.metrics, ...metrics } }]
				: [...this.history, { step, metrics }];
		this.latest = { ...this.latest, ...metrics };
		this.cached = null;
	}

	addFrame(frame: ProbeFrame): void {
		this.maps = frame;
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
		this.cached = null;
	}

	finish(steps: number, metrics: Metrics): void {
		this.finished = true;
		this.addMetrics(steps, metrics);
	}

	/** Goes back to a checkpoint taken after `step` updates. */
	rewind(step: number): void {
		this.series.truncate(step);
		this.history = this.history.filter((point) => point.step <= step);
		this.latest = Object.assign({}, ...this.history.map((point) => point.metrics));
		if (this.divergedAt !== null && this.divergedAt >= step) this.divergedAt = null;
		this.finished = false;
		this.frames.rewind(step);
		this.cached = null;
	}

	/** An immutable picture of the run; the same object as long as nothing changed. */
	view(): RunView {
		this.cached ??= {
			info: this.info,
			name: this.name ?? this.info.label,
			visible: this.visible,
			series: this.series.view(),
			step: this.step,
			tokensPerSecond: this.tokensPerSecond,
			metrics: this.latest,
			history: this.history,
			maps: this.maps,
			frames: this.frames.view(),
			divergedAt: this.divergedAt,
			finished: this.finished,
		};
		return this.cached;
	}
}
