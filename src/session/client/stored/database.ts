import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { DATABASE, type FrameRow, type RunRow, type TrainingRow } from './rows';

/** A change of a training's rows, made as a whole or not at all. */
export interface Change {
	training: TrainingRow;
	/** Replaces the run's row. */
	runs?: readonly RunRow[];
	/** Runs that are deleted, with their probes. */
	removed?: readonly string[];
	/** New probes. */
	frames?: readonly FrameRow[];
	/** Steps of a run's probes that are deleted. */
	dropped?: readonly { run: string; step: number }[];
}

/** Rows of stored trainings. Any of its promises may reject; with a `QuotaExceededError` if there is no room. */
export interface TrainingRows {
	/** As they were stored, perhaps by another version of the page. */
	trainings(): Promise<unknown[]>;
	training(id: string): Promise<unknown>;
	run(training: string, run: string): Promise<unknown>;
	/** The probes of a run. */
	frames(training: string, run: string): Promise<unknown[]>;
	apply(change: Change): Promise<void>;
	/** Deletes a training with all its rows. */
	delete(training: string): Promise<void>;
}

interface Database extends DBSchema {
	trainings: { key: string; value: TrainingRow };
	runs: { key: [string, string]; value: RunRow };
	frames: { key: [string, string, number]; value: FrameRow };
}

const TABLES = ['trainings', 'runs', 'frames'] as const;

/** Every key that begins with these parts: arrays sort after numbers and texts. */
const startingWith = (...parts: string[]) => IDBKeyRange.bound(parts, [...parts, []]);

export async function openRows(): Promise<TrainingRows> {
	const database = await openDatabase();
	return {
		trainings: () => database.getAll('trainings'),
		training: (id) => database.get('trainings', id),
		run: (training, run) => database.get('runs', [training, run]),
		frames: (training, run) => database.getAll('frames', startingWith(training, run)),
		async apply({ training, runs = [], removed = [], frames = [], dropped = [] }) {
			const transaction = database.transaction(TABLES, 'readwrite');
			const [trainings, runTable, frameTable] = TABLES.map((name) => transaction.objectStore(name));
			await Promise.all([
				trainings.put(training),
				...removed.flatMap((run) => [
					runTable.delete(startingWith(training.id, run)),
					runTable.delete([training.id, run]),
					frameTable.delete(startingWith(training.id, run)),
				]),
				...dropped.map(({ run, step }) => frameTable.delete([training.id, run, step])),
				...runs.map((row) => runTable.put(row)),
				...frames.map((row) => frameTable.put(row)),
				transaction.done,
			]);
		},
		async delete(training) {
			const transaction = database.transaction(TABLES, 'readwrite');
			await Promise.all([
				transaction.objectStore('trainings').delete(training),
				transaction.objectStore('runs').delete(startingWith(training)),
				transaction.objectStore('frames').delete(startingWith(training)),
				transaction.done,
			]);
		},
	};
}

const openDatabase = (): Promise<IDBPDatabase<Database>> =>
	openDB<Database>(DATABASE, 1, {
		upgrade(database) {
			database.createObjectStore('trainings', { keyPath: 'id' });
			database.createObjectStore('runs', { keyPath: ['training', 'id'] });
			database.createObjectStore('frames', { keyPath: ['training', 'run', 'step'] });
		},
		blocking(_current, _blocked, event) {
			// A later version of the page, in another tab, must not wait for this one.
			(event.target as IDBDatabase).close();
		},
	});
