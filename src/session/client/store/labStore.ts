import { FIELD_NAMES } from '../../../experiment/fields';
import type { Experiment } from '../../../experiment/types';
import type { Estimate, Event } from '../protocol';
import { RunCollection, type StoredState } from '../runs/runCollection';
import type { RunState } from '../runs/runRecord';
import { EMPTY_SNAPSHOT, type LabSnapshot, type Notice, type Pending, type RunView } from './labSnapshot';
import { Pacing } from './pacing';
import { Pace } from './stepRate';
import { type Observable, Store } from './store';

type Changes = { -readonly [Key in keyof LabSnapshot]?: LabSnapshot[Key] };

/**
 * Gathers the worker's events and publishes immutable snapshots, for React's `useSyncExternalStore`: events when
 * `Pacing` allows, at most ten times per second; the user's own changes at once.
 */
export class LabStore implements Observable<LabSnapshot> {
	private readonly published = new Store(EMPTY_SNAPSHOT);
	readonly getSnapshot = this.published.getSnapshot;
	readonly subscribe = this.published.subscribe;
	/** Changes that wait for the next snapshot. */
	private changes: Changes = {};
	private readonly runs = new RunCollection();
	private readonly pace = new Pace();
	private timer: ReturnType<typeof setTimeout> | null = null;
	private readonly pacing = new Pacing();
	private noticeCount = 0;
	/** Ids of the runs whose steps the pace counts. */
	private shown = '';
	/** A start was sent that the worker has not accepted yet. Until then states are those of the runs before. */
	private starting = false;

	/** The page has started to draw the runs of the last snapshot: the next one waits. */
	beginDrawing(): void {
		this.pacing.begin();
	}

	/** The page shows them. */
	endDrawing(): void {
		this.pacing.end();
		if (this.timer === null) return;
		clearTimeout(this.timer);
		this.timer = null;
		this.schedule();
	}

	/** The user has clicked or pressed a key: that is answered first. */
	noteInput(): void {
		this.pacing.input();
	}

	/** Applies one event of the worker. */
	receive(event: Event): void {
		this.apply(event);
		this.schedule();
	}

	/** The cost of the experiment in the form. */
	setEstimate(estimate: Estimate): void {
		this.changes.estimate = estimate;
		this.schedule();
	}

	/** A command was sent that the worker will answer with a state. Shown at once. */
	setPending(pending: Pending): void {
		this.starting = pending === 'start';
		this.changes.pending = pending;
		this.flush();
	}

	/** Removes every run, also those that could be restored. Shown at once. */
	beginReset(): void {
		this.runs.forgetLast();
		this.runsChanged();
		this.setPending('reset');
	}

	/** A new experiment replaces every run. Shown at once. */
	begin(experiment: Experiment): void {
		this.starting = false;
		this.clearRuns();
		Object.assign(this.changes, { experiment, compiling: null, deviceLost: null, storageFull: false, pending: 'start', notices: [] });
		this.flush();
	}

	/** The worker has stopped, and nothing trains; null = another one was started. Its runs stay to be read. Shown at once. */
	setWorkerStopped(message: string | null): void {
		Object.assign(this.changes, { workerStopped: message, state: 'idle', pending: null, compiling: null, deviceLost: null });
		this.flush();
	}

	/** Every run as it is now, also between two snapshots. */
	views(): RunView[] {
		return this.runs.all().map((run) => run.view());
	}

	/** All that is known of a run, to be stored; null if there is no such run. */
	stateOf(run: string): RunState | null {
		return this.runs.get(run)?.state() ?? null;
	}

	/** The user's name for a run; null if it has none. */
	givenName(run: string): string | null {
		return this.runs.get(run)?.givenName ?? null;
	}

	/** The runs that the worker lists next are those of a stored training. */
	adopt(stored: ReadonlyMap<string, StoredState>, baseline: string | null): void {
		this.runs.adopt(stored);
		this.changes.baseline = baseline;
	}

	/** Hides runs; `removed` names them until they are restored, others are removed or a new start. Shown at once. */
	remove(runs: readonly string[]): void {
		this.runs.remove(runs);
		this.runsChanged();
		this.flush();
	}

	/** Brings those back that were removed last, with all that is known of them. Shown at once. */
	restore(): void {
		this.runs.restore();
		this.runsChanged();
		this.flush();
	}

	/** `experiment` is added to the training. If it contains all of it, it becomes the present experiment. */
	expect(experiment: Experiment): void {
		const started = this.current('experiment');
		const nothing = this.current('state') === 'idle' && this.current('pending') === null;
		if (!started || nothing || widens(experiment, started)) this.changes.experiment = experiment;
		this.runs.expect(experiment);
		this.runsChanged();
		this.flush();
	}

	/** The browser's storage has no room for the finished training, or has again. Shown at once. */
	setStorageFull(full: boolean): void {
		if (this.current('storageFull') === full) return;
		this.changes.storageFull = full;
		this.flush();
	}

	/** Sets the user's name for a run; an empty one resets it. Shown at once. */
	rename(run: string, name: string): void {
		this.runs.get(run)?.rename(name);
		this.flush();
	}

	/** Shows the runs in charts and maps, or hides them. Shown at once. */
	show(runs: readonly string[], visible: boolean): void {
		for (const run of runs) this.runs.get(run)?.show(visible);
		this.flush();
	}

	/** The group that others are compared with; null = vanilla, or else the first. Shown at once. */
	pin(group: string | null): void {
		this.changes.baseline = group;
		this.flush();
	}

	/** Adds a message to the list at the top of the page. Shown at once. */
	notify(kind: Notice['kind'], text: string): void {
		this.addNotice(kind, text);
		this.flush();
	}

	dismiss(id: number): void {
		this.changes.notices = this.current('notices').filter((notice) => notice.id !== id);
		this.flush();
	}

	private apply(event: Event): void {
		const changes = this.changes;
		switch (event.type) {
			case 'adapter':
				changes.adapter = event.adapter;
				changes.unavailable = null;
				break;
			case 'unavailable':
				this.starting = false;
				changes.unavailable = { reason: event.reason, advice: event.advice };
				changes.state = 'idle';
				changes.pending = null;
				break;
			case 'state':
				changes.state = event.state;
				if (!this.starting && (this.current('pending') !== 'reset' || event.state === 'idle')) changes.pending = null;
				if (event.state !== 'compiling') changes.compiling = null;
				if (event.state !== 'running') this.pace.reset();
				if (event.state !== 'idle') break;
				changes.deviceLost = null;
				this.emptyRuns();
				break;
			case 'compiling':
				changes.compiling = { done: event.done, total: event.total, kernel: event.kernel };
				break;
			case 'runs':
				this.runs.list(event.runs);
				this.runsChanged();
				break;
			case 'steps':
				this.runs.get(event.run)?.addSteps(event);
				break;
			case 'metrics':
				this.runs.get(event.run)?.addMetrics(event.step, event.metrics);
				break;
			case 'frame':
				this.runs.get(event.frame.run)?.addFrame(event.frame);
				break;
			case 'diverged':
				this.runs.get(event.run)?.diverge(event.step);
				break;
			case 'finished':
				this.runs.get(event.run)?.finish(event.steps, event.metrics);
				break;
			case 'deviceLost':
				changes.deviceLost = event.message;
				// A further try has failed.
				if (this.current('pending') === 'resume') changes.pending = null;
				break;
			case 'resumed':
				this.rewind(event.steps);
				break;
			case 'error':
				this.starting = false;
				changes.pending = null;
				this.addNotice('error', event.message);
				break;
		}
	}

	private current<K extends keyof LabSnapshot>(key: K): LabSnapshot[K] {
		return key in this.changes ? (this.changes[key] as LabSnapshot[K]) : this.getSnapshot()[key];
	}

	private clearRuns(): void {
		this.runs.clear();
		this.runsChanged();
	}

	/** No runs are left: the last ones were removed, or a start has failed. */
	private emptyRuns(): void {
		this.runs.empty();
		this.runsChanged();
	}

	/** Runs were added or removed. */
	private runsChanged(): void {
		const removed = this.runs.removed();
		if (removed.length > 0 || this.current('removed').length > 0) this.changes.removed = removed;
		const shown = this.runs
			.all()
			.map(({ id }) => id)
			.join();
		// Their steps are not part of the pace.
		if (shown !== this.shown) this.pace.reset();
		this.shown = shown;
	}

	private rewind(steps: Record<string, number>): void {
		for (const [id, step] of Object.entries(steps)) this.runs.get(id)?.rewind(step);
		this.changes.deviceLost = null;
		if (this.current('pending') === 'resume') this.changes.pending = null;
		this.pace.reset();
		const from = [...new Set(Object.values(steps))].sort((a, b) => a - b);
		const where = from.length === 1 ? `step ${from[0]}` : `steps ${from[0]} to ${from[from.length - 1]}`;
		this.addNotice('note', `The GPU was lost and is back. The runs continue from their last checkpoints, at ${where}.`);
	}

	private addNotice(kind: Notice['kind'], text: string): void {
		const others = this.current('notices').filter((notice) => notice.text !== text);
		this.changes.notices = [...others, { id: ++this.noticeCount, kind, text }].slice(-5);
	}

	private schedule(): void {
		this.timer ??= setTimeout(() => {
			this.timer = null;
			if (this.pacing.wait() > 0) this.schedule();
			else this.flush();
		}, this.pacing.wait());
	}

	private flush(): void {
		if (this.timer !== null) clearTimeout(this.timer);
		this.timer = null;
		this.pacing.published();
		const views = this.views();
		const before = this.getSnapshot();
		const same = views.length === before.runs.length && views.every((view, i) => view === before.runs[i]);
		const snapshot = { ...before, ...this.changes, runs: same ? before.runs : views, ...this.paceNow() };
		this.changes = {};
		this.published.set(snapshot);
	}

	private paceNow(): Pick<LabSnapshot, 'stepsPerSecond' | 'stepsLeft'> {
		const runs = this.runs.all();
		const done = runs.reduce((sum, run) => sum + run.step, 0);
		const stepsLeft = runs.reduce((sum, run) => sum + run.stepsLeft, 0);
		if (this.current('state') !== 'running') return { stepsPerSecond: null, stepsLeft };
		this.pace.note(performance.now(), done);
		return { stepsPerSecond: this.pace.stepsPerSecond(), stepsLeft };
	}
}

/** True if `experiment` is `other` with more methods or seeds, and nothing else changed. */
function widens(experiment: Experiment, other: Experiment): boolean {
	const { methods, seeds } = experiment;
	if (!other.methods.every((method) => methods.includes(method)) || !other.seeds.every((seed) => seeds.includes(seed))) return false;
	if (JSON.stringify(experiment.sweep) !== JSON.stringify(other.sweep)) return false;
	return FIELD_NAMES.every(
		(name) => name === 'methods' || name === 'seeds' || JSON.stringify(experiment[name]) === JSON.stringify(other[name]),
	);
}
