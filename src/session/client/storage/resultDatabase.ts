/** The browser's database of finished trainings. Loaded at its first use. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Results } from '../../../experiment/results';

/** Results by key. Any of its promises may reject; with a `QuotaExceededError` if there is no room. */
export interface ResultStore {
	get(key: string): Promise<unknown>;
	/** Stores results as the newest, in place of those with the same key. */
	put(key: string, results: Results): Promise<void>;
	delete(key: string): Promise<void>;
	/** Oldest first. */
	keys(): Promise<string[]>;
}

const TABLE = 'results';

interface Database extends DBSchema {
	[TABLE]: {
		key: string;
		/** `keptAt` is in milliseconds since 1970. */
		value: { key: string; keptAt: number; results: Results };
		indexes: { keptAt: number };
	};
}

export async function openStore(): Promise<ResultStore> {
	const database = await openDatabase();
	return {
		get: async (key) => (await database.get(TABLE, key))?.results,
		put: async (key, results) => {
			await database.put(TABLE, { key, keptAt: Date.now(), results });
		},
		delete: (key) => database.delete(TABLE, key),
		keys: () => database.getAllKeysFromIndex(TABLE, 'keptAt'),
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
