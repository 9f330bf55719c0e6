/** Files of stored trainings. Its promises reject with a `QuotaExceededError` if there is no room. */
export interface WeightFiles {
	/** Writes a new file. If it fails, there is no such file. */
	write(training: string, file: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
	/** @throws DOMException `NotFoundError` */
	read(training: string, file: string): Promise<Uint8Array<ArrayBuffer>>;
}
