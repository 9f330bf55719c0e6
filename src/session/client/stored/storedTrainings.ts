/** Trainings that survive a reload of the page. The code that stores them is loaded when one begins, or when there are any. */
import type { Event } from '../protocol';
import { Store } from '../store/store';
import { DATABASE } from './rows';
import type { KeeperDependencies, StoredState } from './storedState';
import type { TrainingKeeper } from './trainingKeeper';

/** The browser's storage. */
export interface StorageAccess {
	/** Loads the code that uses it; null if the page may not store anything. */
	load: ((deps: KeeperDependencies) => Promise<TrainingKeeper>) | null;
	/** True if there may be stored trainings. It loads no code. */
	exists(): Promise<boolean>;
}

export const browserStorage: StorageAccess = {
	load:
		typeof indexedDB !== 'undefined' && globalThis.navigator?.storage && globalThis.navigator.locks
			? (deps) => import('./trainingKeeper').then(({ openKeeper }) => openKeeper(deps))
			: null,
	exists: async () => (await indexedDB.databases()).some(({ name }) => name === DATABASE),
};

export class StoredTrainings extends Store<StoredState> {
	/** null until its code has been loaded. */
	private keeper: TrainingKeeper | null = null;
	private loading: Promise<TrainingKeeper> | null = null;
	/** The latest list of the present runs, for a keeper that is loaded later. */
	private storing: Event | null = null;

	constructor(
		private readonly deps: Omit<KeeperDependencies, 'shown'>,
		private readonly access: StorageAccess,
	) {
		super({ list: null, quota: null, problem: null, busy: false });
	}

	/** Looks for stored trainings. Loads nothing if there are none. Never rejects. */
	async look(): Promise<void> {
		try {
			if (this.access.load && (await this.access.exists())) await (await this.open()).refresh();
		} catch {
			// A browser that refuses storage has no list.
		}
	}

	/** Loads the code. Rejects if the page is offline, or storage is refused; the next call tries again. */
	open(): Promise<TrainingKeeper> {
		const { load } = this.access;
		if (!load) return Promise.reject(new Error('this browser stores no trainings'));
		this.loading ??= load({ ...this.deps, shown: this }).then(
			(keeper) => {
				this.keeper = keeper;
				if (this.storing) keeper.receive(this.storing);
				return keeper;
			},
			(error) => {
				this.loading = null;
				throw error;
			},
		);
		return this.loading;
	}

	/** True if a reload would lose steps: a run in training has taken some and was never stored. */
	get unsaved(): boolean {
		const { state, runs } = this.deps.store.getSnapshot();
		if (state === 'idle' || state === 'finished') return false;
		return runs.some(({ info, step, divergedAt }) => step > 0 && divergedAt === null && !this.keeper?.isStored(info.id));
	}

	/** Takes note of an event of the worker, after the page's store has. */
	receive(event: Event): void {
		if (event.type === 'started') this.storing = null;
		if (event.type === 'storing') this.storing = event;
		if (this.keeper) this.keeper.receive(event);
		else if (event.type === 'storing')
			this.open().catch(() => {
				if (this.access.load) this.update((before) => ({ ...before, problem: 'refused' }));
			});
	}

	/** The user has removed runs. */
	remove(runs: readonly string[]): void {
		this.keeper?.remove(runs);
	}

	/** The user gives up the present training: its stored copy is deleted. */
	discard(): void {
		this.storing = null;
		this.keeper?.discard();
	}

	/** The worker has stopped: the present training can be continued as it was stored. */
	stop(): void {
		this.storing = null;
		this.keeper?.stop();
	}
}
