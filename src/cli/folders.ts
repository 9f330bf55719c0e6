import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from './failure';
import { isFolder, reason } from './files';

/** Contents by path inside a folder. */
export type Files = Map<string, Uint8Array>;

/**
 * Throws unless `path` is free, an empty folder, or an earlier folder of the same kind. Call it before the work starts.
 *
 * @param names the only files that a folder of this kind and its subfolders may contain
 * @param marks files of which each of them must contain one
 * @throws UsageError
 */
export function checkReplaceable(path: string, names: readonly string[], ...marks: readonly string[]): void {
	if (!existsSync(path)) return;
	if (!isFolder(path)) throw new UsageError(`${path} is a file, not a folder to write`);
	const areOurs = (found: readonly string[]): boolean =>
		found.some((name) => marks.includes(name)) && found.every((name) => names.includes(name));
	// Subfolders are those of runs.
	const files = readdirSync(path).filter((name) => !isFolder(join(path, name)) || !areOurs(readdirSync(join(path, name))));
	const foreign = files.find((name) => !names.includes(name)) ?? files[0];
	if (foreign !== undefined && !areOurs(files))
		throw new UsageError(`${path} is not empty and is not an earlier export: it contains ${foreign}. Choose a new folder`);
}

/** Writes a folder in place of an earlier one. If it fails, the earlier one stays. @throws UsageError */
export function writeFolder(path: string, files: Files): void {
	const target = resolve(path);
	const aside = `${target}.${process.pid}.part`;
	const before = `${target}.${process.pid}.before`;
	try {
		for (const [name, bytes] of files) {
			mkdirSync(dirname(join(aside, name)), { recursive: true });
			writeFileSync(join(aside, name), bytes);
		}
		if (existsSync(target)) renameSync(target, before);
		renameSync(aside, target);
	} catch (error) {
		if (existsSync(before) && !existsSync(target)) renameSync(before, target);
		throw new UsageError(`${path}: ${reason(error)}`);
	} finally {
		rmSync(aside, { recursive: true, force: true });
		if (existsSync(target)) rmSync(before, { recursive: true, force: true });
	}
}
