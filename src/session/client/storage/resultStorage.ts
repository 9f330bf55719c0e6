/** Finished trainings that the browser keeps: opening their link again shows what they found. */
import { encodeLink, linkProblems } from '../../../experiment/link';
import { type Results, readResults } from '../../../experiment/results';
import type { Experiment } from '../../../experiment/types';

/** Where results are kept, by key. Any of its promises may reject; a full one with a `QuotaExceededError`. */
export interface ResultStore {
	get(key: string): Promise<unknown>;
	/** Replaces what the key had, and is the newest. */
	put(key: string, results: Results): Promise<void>;
	delete(key: string): Promise<void>;
	/** Oldest first. */
	keys(): Promise<string[]>;
}

/** The oldest beyond these are forgotten. */
export const MOST_KEPT = 20;

export const STORAGE_FULL =
	'The browser’s storage is full: this training is not kept. Download it as JSON, or clear old trainings to make room for it.';

/** `refused`: there is no storage, as in private windows; nothing depends on it. */
export type Keeping = 'kept' | 'full' | 'refused';

export class ResultMemory {
	constructor(private readonly store: ResultStore | null = browserStore()) {}

	/** Keeps results under their experiment, in place of what it had. Never rejects. */
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

	/** What the last training of the experiment found; null where none is kept, or it can't be read. Never rejects. */
	async recall(experiment: Experiment): Promise<Results | null> {
		try {
			const found = await this.store?.get(keyOf(experiment));
			return found === undefined ? null : readResults(found).results;
		} catch {
			return null;
		}
	}

	/** Forgets every training. Never rejects. */
	async forgetAll(): Promise<void> {
		try {
			for (const key of (await this.store?.keys()) ?? []) await this.store?.delete(key);
		} catch {
			// Storage that is refused keeps nothing either.
		}
	}
}

/** The experiment's link; a text that is too long for it is told from others by its hash. */
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

const DATABASE = 'resformer-lab';
const TABLE = 'results';

interface Row {
	key: string;
	/** Milliseconds since 1970. */
	keptAt: number;
	results: Results;
}

/** IndexedDB; null where there is none. */
function browserStore(): ResultStore | null {
	if (typeof indexedDB === 'undefined') return null;
	let opened: Promise<IDBDatabase> | null = null;

	/** One transaction; resolves with the request's result when everything is written. */
	const work = async <T>(mode: IDBTransactionMode, ask: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
		opened ??= openDatabase();
		const database = await opened;
		return new Promise((resolve, reject) => {
			const transaction = database.transaction(TABLE, mode);
			const request = ask(transaction.objectStore(TABLE));
			transaction.oncomplete = () => resolve(request.result);
			transaction.onabort = () => reject(transaction.error ?? request.error);
		});
	};
	return {
		get: async (key) => ((await work('readonly', (table) => table.get(key))) as Row | undefined)?.results,
		put: async (key, results) => {
			const row: Row = { key, keptAt: Date.now(), results };
			await work('readwrite', (table) => table.put(row));
		},
		delete: async (key) => {
			await work('readwrite', (table) => table.delete(key));
		},
		keys: async () => (await work('readonly', (table) => table.index('keptAt').getAllKeys())) as string[],
	};
}

function openDatabase(): Promise<IDBDatabase> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.open(DATABASE, 1);
		request.onupgradeneeded = () => {
			request.result.createObjectStore(TABLE, { keyPath: 'key' }).createIndex('keptAt', 'keptAt');
		};
		request.onsuccess = () => {
			// A later version of the page, in another tab, must not wait for this one.
			request.result.onversionchange = () => request.result.close();
			resolve(request.result);
		};
		request.onerror = () => reject(request.error);
		request.onblocked = () => reject(new Error('another tab holds the storage'));
	});
}
