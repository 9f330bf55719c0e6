/** The browser's storage of trainings in memory, with its transactions and errors. */
import type { StoredName, StoredWeights } from '../../../src/experiment/records/stored';
import type { Change, TrainingRows } from '../../../src/session/client/stored/database';
import type { WeightFolders } from '../../../src/session/client/stored/folders';
import type { TabLocks } from '../../../src/session/client/stored/locks';

const NO_ROOM = () => new DOMException('no room', 'QuotaExceededError');

export class MemoryRows implements TrainingRows {
	readonly all = { trainings: new Map<string, unknown>(), runs: new Map<string, unknown>(), frames: new Map<string, unknown>() };
	/** No change is possible while more trainings than this are stored. */
	mostTrainings = Number.POSITIVE_INFINITY;
	async trainings() {
		return structuredClone([...this.all.trainings.values()]);
	}
	async training(id: string) {
		return structuredClone(this.all.trainings.get(id));
	}
	async run(training: string, run: string) {
		return structuredClone(this.all.runs.get(key(training, run)));
	}
	async frames(training: string, run: string) {
		return structuredClone([...this.all.frames].filter(([id]) => id.startsWith(`${key(training, run)}|`)).map(([, row]) => row));
	}
	async apply({ training, runs = [], removed = [], frames = [], dropped = [] }: Change) {
		if (this.all.trainings.size > this.mostTrainings) throw NO_ROOM();
		this.all.trainings.set(training.id, structuredClone(training));
		for (const run of removed) {
			this.all.runs.delete(key(training.id, run));
			this.deleteStarting('frames', key(training.id, run));
		}
		for (const { run, step } of dropped) this.all.frames.delete(key(training.id, run, step));
		for (const row of runs) this.all.runs.set(key(training.id, row.id), structuredClone(row));
		for (const row of frames) this.all.frames.set(key(training.id, row.run, row.step), structuredClone(row));
	}
	async delete(training: string) {
		this.all.trainings.delete(training);
		this.deleteStarting('runs', training);
		this.deleteStarting('frames', training);
	}
	private deleteStarting(table: 'runs' | 'frames', start: string): void {
		for (const id of this.all[table].keys()) if (id.startsWith(`${start}|`)) this.all[table].delete(id);
	}
}

const key = (...parts: (string | number)[]) => parts.join('|');

export class MemoryFolders implements WeightFolders {
	/** Names of the files in each training's folder. */
	readonly files = new Map<string, Set<string>>();
	/** The worker writes a file. */
	write(training: string, file: string): void {
		this.files.set(training, (this.files.get(training) ?? new Set()).add(file));
	}
	in(training: string): string[] {
		return [...(this.files.get(training) ?? [])];
	}
	async deleteFiles(training: string, files: readonly string[]) {
		for (const file of files) this.files.get(training)?.delete(file);
	}
	async clean(training: string, keep: ReadonlySet<string>) {
		for (const file of this.in(training)) if (!keep.has(file)) this.files.get(training)?.delete(file);
	}
	async delete(training: string) {
		this.files.delete(training);
	}
	async list() {
		return [...this.files.keys()];
	}
}

/** Locks that several storages, one per tab, share. */
export class MemoryLocks implements TabLocks {
	private readonly held = new Set<string>();
	private last: Promise<unknown> = Promise.resolve();
	async take(training: string) {
		if (this.held.has(training)) return null;
		this.held.add(training);
		return () => void this.held.delete(training);
	}
	async taken() {
		return new Set(this.held);
	}
	alone<T>(job: () => Promise<T>): Promise<T> {
		const done = this.last.then(job);
		this.last = done.catch(() => {});
		return done;
	}
}

export const weightsAt = (step: number, file: string, state: StoredWeights['state'] = 'training'): StoredWeights => ({
	file,
	bytes: 1000,
	sha256: 'aa',
	step,
	state,
	lambdaEdits: [],
	lambdas: null,
	lambda: null,
});

export const nameOf = (run: string): StoredName => ({ group: run.replace(/-\d+$/, ''), label: run, copied: null, inherited: 0 });
