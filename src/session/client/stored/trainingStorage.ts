/** Stored trainings of this browser: lists, reads and deletes them. */
import type { TrainingRows } from './database';
import type { WeightFolders } from './folders';
import type { TabLocks } from './locks';
import { presentExperiment, type ReadTraining, readRows, readTraining } from './readRows';
import { Recorder, type RecorderSource } from './recorder';
import { MOST_BYTES, MOST_TRAININGS, type StoredSummary, StoredTrainingError, type TrainingRow } from './rows';

const ELSEWHERE = 'it is open in another tab';

/** A training that this tab has taken. */
export interface OpenedTraining extends ReadTraining {
	/** Frees it for other tabs. */
	free(): void;
}

export class TrainingStorage {
	constructor(
		private readonly rows: TrainingRows,
		private readonly folders: WeightFolders,
		private readonly locks: TabLocks,
		private readonly now: () => number = Date.now,
	) {}

	/** All stored trainings, the newest first. @param own this tab's */
	async list(own: string | null): Promise<StoredSummary[]> {
		const taken = await this.locks.taken();
		const all = (await this.rows.trainings()).map((row) => {
			const summary = summaryOf(row);
			return { ...summary, current: summary.id === own, elsewhere: summary.id !== own && taken.has(summary.id) };
		});
		return all.filter(({ runs, problem }) => runs > 0 || problem !== null).sort((a, b) => b.changedAt - a.changedAt);
	}

	/** Takes a training for this tab and reads it. @throws StoredTrainingError */
	async open(id: string): Promise<OpenedTraining> {
		const free = await this.locks.take(id);
		if (!free) throw new StoredTrainingError(ELSEWHERE);
		try {
			const row = await this.rows.training(id);
			if (row === undefined) throw new StoredTrainingError('it was deleted in another tab');
			const read = await readRows(row, async (run) => {
				const [own, frames] = await Promise.all([this.rows.run(id, run), this.rows.frames(id, run)]);
				return { run: own, frames };
			});
			// A crash may have left other files.
			await this.folders.clean(id, new Set(read.stored.runs.flatMap(({ weights }) => weights?.file ?? [])));
			return { ...read, free };
		} catch (error) {
			free();
			throw error;
		}
	}

	/** Records a training in this tab. @param opened it is continued @param evicted called if the oldest was deleted to make room */
	async record(id: string, source: RecorderSource, opened: OpenedTraining | null, evicted: () => void): Promise<Recorder> {
		const free = opened?.free ?? (await this.locks.take(id));
		if (!free) throw new StoredTrainingError(ELSEWHERE);
		const makeRoom = async () => {
			const made = await this.evictOldest();
			if (made) evicted();
			return made;
		};
		try {
			const recorder = new Recorder(id, source, { rows: this.rows, folders: this.folders, now: this.now, makeRoom, free });
			await recorder.begin(opened);
			await this.prune();
			return recorder;
		} catch (error) {
			free();
			throw error;
		}
	}

	/** Deletes a training. @throws StoredTrainingError if a tab has it open */
	async delete(id: string): Promise<void> {
		if (!(await this.remove(id))) throw new StoredTrainingError(ELSEWHERE);
	}

	/** Deletes every training that no tab has open. */
	async clear(): Promise<void> {
		for (const { id } of await this.oldestFirst()) await this.remove(id);
		await this.removeOrphans();
	}

	/** Deletes the oldest training that no tab has open; false if there is none. */
	evictOldest(): Promise<boolean> {
		// Tabs that find the storage full at the same time must not all delete one.
		return this.locks.alone(async () => {
			for (const { id } of await this.oldestFirst()) if (await this.remove(id)) return true;
			return false;
		});
	}

	/** Deletes the oldest trainings beyond the bounds, and folders without rows. */
	private prune(): Promise<void> {
		return this.locks.alone(async () => {
			await this.removeOrphans();
			const all = await this.oldestFirst();
			let bytes = all.reduce((sum, each) => sum + each.bytes, 0);
			let count = all.length;
			for (const oldest of all) {
				if (bytes <= MOST_BYTES && count <= MOST_TRAININGS) return;
				if (!(await this.remove(oldest.id))) continue;
				bytes -= oldest.bytes;
				count--;
			}
		});
	}

	/** A tab writes its first file after its row, so a folder that was there before the rows are read and has none is nobody's. */
	private async removeOrphans(): Promise<void> {
		const folders = await this.folders.list();
		const known = new Set((await this.rows.trainings()).map((row) => summaryOf(row).id));
		for (const id of folders) if (!known.has(id)) await this.remove(id);
	}

	private async oldestFirst(): Promise<Summary[]> {
		return (await this.rows.trainings()).map(summaryOf).sort((a, b) => a.changedAt - b.changedAt);
	}

	/** False if a tab has it open, be it this one. */
	private async remove(id: string): Promise<boolean> {
		const free = await this.locks.take(id);
		if (!free) return false;
		try {
			// Rows first: a folder without rows is deleted later, but rows without weights would be a broken training.
			await this.rows.delete(id);
			await this.folders.delete(id);
			return true;
		} finally {
			free();
		}
	}
}

type Summary = Omit<StoredSummary, 'current' | 'elsewhere'>;

/** The summary of a row, also of one that can't be read. */
function summaryOf(row: unknown): Summary {
	const sum = (runs: TrainingRow['runs'], of: (run: TrainingRow['runs'][number]) => number) => runs.reduce((all, run) => all + of(run), 0);
	try {
		const training = readTraining(row);
		const { id, changedAt, runs } = training;
		return {
			id,
			experiment: presentExperiment(training),
			runs: runs.length,
			step: sum(runs, ({ step }) => step),
			steps: sum(runs, ({ steps }) => steps),
			bytes: sum(runs, ({ bytes }) => bytes),
			changedAt,
			problem: null,
		};
	} catch (error) {
		const { id, changedAt, runs } = row as Partial<TrainingRow>;
		const bytes = Array.isArray(runs) ? sum(runs, ({ bytes }) => bytes) : 0;
		return {
			id: String(id),
			experiment: null,
			runs: 0,
			step: 0,
			steps: 0,
			bytes: Number.isFinite(bytes) ? bytes : 0,
			changedAt: Number(changedAt) || 0,
			problem: error instanceof StoredTrainingError ? error.message : 'its data are damaged',
		};
	}
}
