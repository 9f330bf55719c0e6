/** Finished trainings, kept in the browser: their link shows their results when it is opened again. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { encodeLink, linkProblems } from '../../../experiment/link';
import { readResults } from '../../../experiment/readResults';
import type { Results } from '../../../experiment/results';
import type { Experiment } from '../../../experiment/types';

/** Results by key. Any of its promises may reject; with a `QuotaExceededError` if there is no room. */
export interface ResultStore {
	get(key: string): Promise<unknown>;
	/** Stores results as the newest, in place of those with the same key. */
	put(key: string, results: Results): Promise<void>;
	delete(key: string): Promise<void>;
	/** Oldest first. */
	keys(): Promise<string[]>;
}

/** The oldest beyond this many are deleted. */
export const MOST_KEPT = 20;

export const STORAGE_FULL =
	'The browser’s storage is full: this training is not kept. Download it as JSON, or clear old trainings to make room for it.';

/** `refused`: the browser gives no storage, as in private windows. Nothing depends on it. */
export type Keeping = 'kept' | 'full' | 'refused';

export class ResultMemory {
	constructor(private readonly store: ResultStore | null = browserStore()) {}

	/** Keeps results under their experiment, in place of earlier ones. Never rejects. */
	async keep(results: Results): Promise<Keeping> {
		const { store } = this;
		if (!store) return 'refused';
		try {
			await store.put(keyOf(results.experiment), results);
			const keys = await store.keys();
			for (const key of keys.slice(0, Math.max(0, keys.length - MOST_KEPT))) await store.delete(key);
			return 'kept';
		} catch (error) {
			return isFull(error) ? 'full' : 'refused';
		}
	}

	/** Results of the last training of the experiment; null if none are kept, or they can't be read. Never rejects. */
	async recall(experiment: Experiment): Promise<Results | null> {
		try {
			const found = await this.store?.get(keyOf(experiment));
			return found === undefined ? null : readResults(found).results;
		} catch {
			return null;
		}
	}

	/** Deletes every training. Never rejects. */
	async forgetAll(): Promise<void> {
		try {
			for (const key of (await this.store?.keys()) ?? []) await this.store?.delete(key);
		} catch {
			// Refused storage keeps nothing either.
		}
	}
}

/** The experiment's link; with the hash of a text that is too long for a link. */
export function keyOf(experiment: Experiment): string {
	const link = encodeLink(experiment);
	return linkProblems(experiment).length === 0 ? link : `${link}&text=${experiment.text.length}-${fnv1a(experiment.text).toString(16)}`;
}

/** 32-bit FNV-1a over UTF-16 units. */
function fnv1a(text: string): number {
	let hash = 0x811c9dc5;
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
	return hash >>> 0;
}

const isFull = (error: unknown): boolean => (error as { name?: unknown } | null)?.name === 'QuotaExceededError';

const TABLE = 'results';

interface Database extends DBSchema {
	[TABLE]: {
		key: string;
		/** `keptAt` is in milliseconds since 1970. */
		value: { key: string; keptAt: number; results: Results };
		indexes: { keptAt: number };
	};
}

/** IndexedDB; null if the browser has none. */
function browserStore(): ResultStore | null {
	if (typeof indexedDB === 'undefined') return null;
	let opened: Promise<IDBPDatabase<Database>> | null = null;
	const database = () => {
		opened ??= openDatabase();
		return opened;
	};
	return {
		get: async (key) => (await (await database()).get(TABLE, key))?.results,
		put: async (key, results) => {
			await (await database()).put(TABLE, { key, keptAt: Date.now(), results });
		},
		delete: async (key) => (await database()).delete(TABLE, key),
		keys: async () => (await database()).getAllKeysFromIndex(TABLE, 'keptAt'),
	};
}

const openDatabase = (): Promise<IDBPDatabase<Database>> =>
	openDB<Database>('resformer-lab', 1, {
		upgrade(database) {
			database.createObjectStore(TABLE, { keyPath: 'key' }).createIndex('keptAt', 'keptAt');
		},
		blocking(_current, _blocked, event) {
			// A later version of the page, in another tab, must not wait for this one.
			(event.target as IDBDatabase).close();
		},
	});
