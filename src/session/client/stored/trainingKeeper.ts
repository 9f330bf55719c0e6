/** Stores the present training, and continues stored ones. */
import type { StoredName } from '../../../experiment/records/stored';
import type { Event } from '../protocol';
import { openRows } from './database';
import { originFolders } from './folders';
import { webLocks } from './locks';
import type { Recorder, RecorderSource } from './recorder';
import type { KeeperDependencies, StoredState } from './storedState';
import { type OpenedTraining, TrainingStorage } from './trainingStorage';

/** Delay of changes that the user makes often, such as names, ms. */
const UPDATE_DELAY = 1000;

const EVICTED = 'The browser’s storage was full: the oldest stored training was deleted to make room for the present one.';

export class TrainingKeeper {
	/** Recorder of the present training; null if there is none, or it is not stored. */
	private recorder: Promise<Recorder> | null = null;
	/** The present training. */
	private current: string | null = null;
	private names: Readonly<Record<string, StoredName>> = {};
	/** Runs whose seed draws their first weights. */
	private seeded: ReadonlySet<string> = new Set();
	/** The training that is about to be continued. */
	private opened: OpenedTraining | null = null;
	/** The training that a reset deletes. */
	private discarded: string | null = null;
	/** Runs of the present training whose weights are stored. */
	private readonly stored = new Set<string>();
	/** Runs whose last file could not be recorded. */
	private readonly unrecorded = new Set<string>();
	private timer: ReturnType<typeof setTimeout> | null = null;

	constructor(
		private readonly deps: KeeperDependencies,
		private readonly storage: TrainingStorage,
	) {
		deps.store.subscribe(() => this.updateLater());
	}

	/** Reads the list again. Never rejects. */
	async refresh(): Promise<void> {
		try {
			const list = await this.storage.list(this.current);
			const { quota } = (await globalThis.navigator?.storage?.estimate?.()) ?? {};
			this.change({ list, quota: quota ?? null });
		} catch {
			// The list stays as it was.
		}
	}

	/**
	 * Continues a stored training in place of the present runs, or with `paused` opens it without a step. If it can't be, a message gives
	 * the reason, and the runs stay.
	 */
	async continue(id: string, paused = false): Promise<void> {
		if (this.deps.shown.getSnapshot().busy) return;
		this.change({ busy: true });
		try {
			this.opened = await this.storage.open(id);
			await this.deps.request({ type: 'continue', stored: this.opened.stored, paused });
		} catch (error) {
			this.deps.store.notify('error', `The stored training can’t be continued: ${messageOf(error)}.`);
			// The worker may have accepted it and failed later.
			if (this.current === id) await this.leave();
			else this.opened?.free();
		}
		this.opened = null;
		this.change({ busy: false });
		await this.refresh();
	}

	async delete(id: string): Promise<void> {
		await this.freeSpace(() => this.storage.delete(id));
	}

	/** Deletes every stored training that no tab has open. */
	async clear(): Promise<void> {
		await this.freeSpace(() => this.storage.clear());
	}

	/** True if a reload loses no step of a run, apart from the latest ones, which are trained again. */
	isStored(run: string): boolean {
		return this.deps.shown.getSnapshot().problem === null && this.stored.has(run);
	}

	remove(runs: readonly string[]): void {
		for (const run of runs) this.stored.delete(run);
		this.record((recorder) => recorder.remove(runs));
	}

	/** The present training is given up: its stored copy is deleted once the worker has freed it. */
	discard(): void {
		this.discarded = this.current;
	}

	/** The worker has stopped. */
	stop(): void {
		void this.leave().then(() => this.refresh());
	}

	receive(event: Event): void {
		switch (event.type) {
			case 'started':
				void this.leave();
				break;
			case 'storing':
				this.names = event.names;
				this.seeded = new Set(event.seeded);
				if (event.training !== this.current) this.begin(event.training);
				break;
			case 'stored':
				if (event.training === this.current) this.record((recorder) => this.commit(recorder, event), event.run);
				break;
			case 'notStored':
				if (event.training !== this.current) break;
				if (event.reason === 'full') void this.makeRoom(event.training);
				else this.change({ problem: event.reason });
				break;
			case 'state':
				if (event.state === 'idle' && this.discarded !== null) this.deleteOwn(this.discarded);
				break;
		}
	}

	private async commit(recorder: Recorder, { run, weights }: Extract<Event, { type: 'stored' }>): Promise<void> {
		await recorder.commit(run, weights);
		if (recorder.id !== this.current || !recorder.has(run)) return;
		this.unrecorded.delete(run);
		this.stored.add(run);
		const { problem } = this.deps.shown.getSnapshot();
		if (problem !== 'large' && this.unrecorded.size === 0) this.change({ problem: null });
	}

	/** Records no longer, and frees the training for other tabs. */
	private async leave(): Promise<void> {
		const { recorder } = this;
		this.recorder = null;
		this.current = null;
		this.stored.clear();
		this.unrecorded.clear();
		this.change({ problem: null });
		await recorder?.then((it) => it.end()).catch(() => {});
	}

	private begin(training: string): void {
		void this.leave();
		this.current = training;
		const opened = this.opened?.stored.id === training ? this.opened : null;
		if (opened) {
			this.deps.store.adopt(opened.states, opened.baseline);
			for (const { id, weights } of opened.stored.runs) if (weights) this.stored.add(id);
		}
		this.startRecording(training, opened);
	}

	private startRecording(training: string, opened: OpenedTraining | null): void {
		const { store, fromCheckpoint, send } = this.deps;
		const source: RecorderSource = {
			fromCheckpoint: fromCheckpoint(),
			experiment: () => store.getSnapshot().experiment,
			views: () => store.views(),
			names: () => this.names,
			seeded: (run) => this.seeded.has(run),
			givenName: (run) => store.givenName(run),
			state: (run) => store.stateOf(run),
			baseline: () => store.getSnapshot().baseline,
		};
		const recorder = this.storage.record(training, source, opened, () => this.noteEvicted());
		this.recorder = recorder;
		recorder.then(
			async (it) => {
				// Another training may have started in the meantime.
				if (this.recorder !== recorder) return it.end();
				send({ type: 'store', training, runs: [] });
				await this.refresh();
			},
			(error) => {
				if (this.recorder !== recorder) return;
				this.recorder = null;
				this.change({ problem: problemOf(error) });
			},
		);
	}

	/** Does something with the recorder of the present training. A failure shows that it is not stored. @param run whose file it records */
	private record(job: (recorder: Recorder) => Promise<void>, run?: string): void {
		const { recorder } = this;
		recorder?.then(job).catch((error) => {
			if (recorder !== this.recorder) return;
			if (run !== undefined) this.unrecorded.add(run);
			this.change({ problem: problemOf(error) });
		});
	}

	private updateLater(): void {
		if (!this.recorder) return;
		this.timer ??= setTimeout(() => {
			this.timer = null;
			this.record((recorder) => recorder.update());
		}, UPDATE_DELAY);
	}

	/** The worker had no room for weights. */
	private async makeRoom(training: string): Promise<void> {
		const made = await this.storage.evictOldest().catch(() => false);
		if (training !== this.current) return;
		if (!made) return this.change({ problem: 'full' });
		this.noteEvicted();
		this.deps.send({ type: 'store', training, runs: [] });
	}

	private noteEvicted(): void {
		this.deps.store.notify('note', EVICTED);
		void this.refresh();
	}

	/** Deletes something, and stores the present training again if there was no room for it. */
	private async freeSpace(job: () => Promise<void>): Promise<void> {
		try {
			await job();
		} catch (error) {
			this.deps.store.notify('error', `The stored training was not deleted: ${messageOf(error)}.`);
		}
		this.storeAgain();
		await this.refresh();
	}

	private storeAgain(): void {
		const { current } = this;
		if (current === null || this.deps.shown.getSnapshot().problem !== 'full') return;
		this.change({ problem: null });
		if (this.recorder) this.deps.send({ type: 'store', training: current, runs: [...this.unrecorded] });
		else this.startRecording(current, null);
	}

	private deleteOwn(id: string): void {
		this.discarded = null;
		void this.leave()
			.then(() => this.storage.delete(id))
			.catch(() => {})
			.then(() => this.refresh());
	}

	private change(changes: Partial<StoredState>): void {
		this.deps.shown.update((before) => ({ ...before, ...changes }));
	}
}

const problemOf = (error: unknown): 'full' | 'refused' =>
	(error as { name?: unknown } | null)?.name === 'QuotaExceededError' ? 'full' : 'refused';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');

/** Opens the browser's own storage. */
export const openKeeper = async (deps: KeeperDependencies): Promise<TrainingKeeper> =>
	new TrainingKeeper(deps, new TrainingStorage(await openRows(), originFolders, webLocks));
