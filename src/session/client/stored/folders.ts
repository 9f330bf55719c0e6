import { STORED_FOLDER } from '../../../experiment/records/stored';

/** Folders with the weights of stored trainings, which the worker writes. */
export interface WeightFolders {
	/** Deletes files of a training; those that do not exist are passed over. */
	deleteFiles(training: string, files: readonly string[]): Promise<void>;
	/** Deletes a training's files apart from those to keep. */
	clean(training: string, keep: ReadonlySet<string>): Promise<void>;
	/** Deletes a training's folder, if it has one. */
	delete(training: string): Promise<void>;
	/** The trainings that have a folder. */
	list(): Promise<string[]>;
}

/** The origin private file system. */
export const originFolders: WeightFolders = {
	async deleteFiles(training, files) {
		await ifPresent(async (root) => {
			const folder = await root.getDirectoryHandle(training);
			for (const file of files) await ifPresent(() => folder.removeEntry(file));
		});
	},
	async clean(training, keep) {
		await ifPresent(async (root) => {
			const folder = await root.getDirectoryHandle(training);
			for await (const file of folder.keys()) if (!keep.has(file)) await folder.removeEntry(file);
		});
	},
	async delete(training) {
		await ifPresent((root) => root.removeEntry(training, { recursive: true }));
	},
	async list() {
		const found: string[] = [];
		await ifPresent(async (root) => {
			for await (const name of root.keys()) found.push(name);
		});
		return found;
	},
};

/** Does nothing if the folder of all trainings, or what `job` looks for, does not exist. */
async function ifPresent(job: (root: FileSystemDirectoryHandle) => Promise<void>): Promise<void> {
	try {
		await job(await (await navigator.storage.getDirectory()).getDirectoryHandle(STORED_FOLDER));
	} catch (error) {
		if ((error as { name?: unknown } | null)?.name !== 'NotFoundError') throw error;
	}
}
