/** All runs of the page: those it shows, and those removed last, which can be restored. */
import type { RunInfo } from '../../../experiment/records/run';
import { runKey, runsOf } from '../../../experiment/runs';
import type { Experiment } from '../../../experiment/types';
import { visibleAtFirst } from './firstVisible';
import { FrameMemory } from './frames';
import { RunRecord, type RunState } from './runRecord';
import { CurveMemory } from './thinning';

/** A stored run: its state, and the step from which it has steps to take; null = it has ended. */
export interface StoredState {
	state: RunState;
	from: number | null;
}

/**
 * The page removes and restores runs before the worker does, so `runs` events may be older than the user's last action.
 * A removed run stays hidden even if an event lists it, and a restored one stays even if an event lacks it.
 */
export class RunCollection {
	private readonly memory = new FrameMemory();
	private readonly curves = new CurveMemory();
	/** In the order of their first appearance. */
	private readonly records = new Map<string, RunRecord>();
	/** Named by the worker's latest list, or restored since. */
	private listed = new Set<string>();
	/** Restored, and not yet named by the worker again. */
	private readonly awaited = new Set<string>();
	/** Removed and not restored; those removed last first of all can be. */
	private readonly gone = new Set<string>();
	private last: readonly string[] = [];
	/** Of a stored training, for records to come. */
	private stored = new Map<string, StoredState>();

	/** A run by id, also while it is removed: its events may still arrive. */
	get(id: string): RunRecord | undefined {
		return this.records.get(id);
	}

	/** Those that are shown. */
	all(): RunRecord[] {
		return [...this.records].filter(([id]) => this.listed.has(id) && !this.gone.has(id)).map(([, record]) => record);
	}

	/** Those removed last. */
	removed(): { id: string; name: string }[] {
		return this.last.flatMap((id) => {
			const record = this.records.get(id);
			return record ? [{ id, name: record.shownName }] : [];
		});
	}

	/** The worker's list of runs. */
	list(infos: readonly RunInfo[]): void {
		const visible = this.visibleWhenNew(infos);
		this.listed = new Set([...infos.map(({ id }) => id), ...this.awaited]);
		for (const info of infos) {
			this.awaited.delete(info.id);
			const known = this.records.get(info.id);
			if (known) known.setInfo(info);
			else if (!this.gone.has(info.id)) {
				const record = new RunRecord(info, this.memory, this.curves);
				const stored = this.stored.get(info.id);
				this.stored.delete(info.id);
				if (stored) record.resume(stored.state, stored.from);
				else if (!visible(info)) record.show(false);
				this.records.set(info.id, record);
			}
		}
	}

	/** True for new runs that charts and maps show: in a sweep, those of points that are shown, and of new points as `visibleAtFirst` says. */
	private visibleWhenNew(infos: readonly RunInfo[]): (info: RunInfo) => boolean {
		const atFirst = visibleAtFirst(infos);
		if (!infos.some(({ point }) => point > 0)) return atFirst;
		const known = this.all().map((record) => record.view());
		const pointsOf = (views: typeof known) => new Set(views.flatMap(({ info }) => (info.fork === null ? info.point : [])));
		const [there, shown] = [pointsOf(known), pointsOf(known.filter((view) => view.visible))];
		return (info) => (info.fork === null && there.has(info.point) ? shown.has(info.point) : atFirst(info));
	}

	/** Runs of a stored training continue as they were, once the worker lists them. */
	adopt(stored: ReadonlyMap<string, StoredState>): void {
		this.stored = new Map(stored);
	}

	/** Hides runs; what was removed before can't be restored any more. */
	remove(ids: readonly string[]): void {
		const there = ids.filter((id) => this.records.has(id) && !this.gone.has(id));
		if (there.length === 0) return;
		this.forgetLast();
		for (const id of there) this.gone.add(id);
		this.last = there;
	}

	/** Shows those removed last again. */
	restore(): void {
		for (const id of this.last) {
			this.gone.delete(id);
			this.listed.add(id);
			this.awaited.add(id);
		}
		this.last = [];
	}

	/** `experiment` is about to be added: a removed run of the same training starts again, and may have the same id. */
	expect(experiment: Experiment): void {
		const again = this.last.some((id) => isOf(this.records.get(id)?.view().info, experiment));
		if (again) this.forgetLast();
		for (const id of this.gone) if (!this.last.includes(id)) this.gone.delete(id);
	}

	/** The worker has no runs: only those removed last stay, which can be restored, and those restored since. */
	empty(): void {
		for (const [id, record] of this.records) {
			if (this.last.includes(id) || this.awaited.has(id)) continue;
			record.release();
			this.records.delete(id);
		}
		this.listed = new Set(this.awaited);
	}

	clear(): void {
		for (const record of this.records.values()) record.release();
		this.records.clear();
		this.listed.clear();
		this.awaited.clear();
		this.gone.clear();
		this.stored.clear();
		this.last = [];
	}

	/** Those removed last can't be restored any more. */
	forgetLast(): void {
		for (const id of this.last) {
			this.records.get(id)?.release();
			this.records.delete(id);
		}
		this.last = [];
	}
}

/** True if `experiment` trains this run. */
function isOf(info: RunInfo | undefined, experiment: Experiment): boolean {
	if (!info || info.fork) return false;
	const key = runKey(info.experiment, info.method, info.seed);
	return runsOf(experiment).some(({ method, seed, point }) => runKey(point.experiment, method, seed) === key);
}
