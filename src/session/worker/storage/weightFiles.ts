import { STORED_FOLDER } from '../../../experiment/records/stored';

/** Files of stored trainings. Its promises reject with a `QuotaExceededError` if there is no room. */
export interface WeightFiles {
	/** Writes a new file. If it fails, there is no such file. */
	write(training: string, file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
	/** @throws DOMException `NotFoundError` */
	read(training: string, file: string): Promise<Uint8Array<ArrayBuffer>>;
}

const folderOf = async (training: string, create: boolean): Promise<FileSystemDirectoryHandle> =>
	(await (await navigator.storage.getDirectory()).getDirectoryHandle(STORED_FOLDER, { create })).getDirectoryHandle(training, { create });

/** The origin private file system. */
export const originFiles: WeightFiles = {
	async write(training, file, bytes) {
		const folder = await folderOf(training, true);
		const handle = await folder.getFileHandle(file, { create: true });
		try {
			const stream = await handle.createWritable();
			try {
				await stream.write(bytes);
			} catch (error) {
				await stream.abort().catch(() => {});
				throw error;
			}
			// The content appears in the file at once, when the stream closes.
			await stream.close();
		} catch (error) {
			await folder.removeEntry(file).catch(() => {});
			throw error;
		}
	},
	async read(training, file) {
		const handle = await (await folderOf(training, false)).getFileHandle(file);
		return new Uint8Array(await (await handle.getFile()).arrayBuffer());
	},
};
