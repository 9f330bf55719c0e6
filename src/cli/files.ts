import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from './failure';

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const WORDS: Readonly<Record<string, string>> = {
	ENOENT: 'no such file',
	EACCES: 'permission denied',
	EPERM: 'permission denied',
	EISDIR: 'is a folder, not a file',
	ENOTDIR: 'no such file',
	ENOSPC: 'the disk is full',
	EROFS: 'the disk is read-only',
};

/** Returns a readable message for a file system error. */
export const reason = (error: unknown): string => {
	const { code = '', message } = error as NodeJS.ErrnoException;
	return WORDS[code] ?? message;
};

/** Returns a file's bytes. @param missing returns the message to use if there is no such file @throws UsageError */
export function readBytes(path: string, missing?: () => string): Uint8Array<ArrayBuffer> {
	try {
		return new Uint8Array(readFileSync(path));
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new UsageError(missing && (code === 'ENOENT' || code === 'EISDIR') ? missing() : `${path}: ${reason(error)}`);
	}
}

/** Returns a UTF-8 file's text, without a byte order mark. @throws UsageError */
export function readText(path: string, missing?: () => string): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(readBytes(path, missing));
	} catch (error) {
		throw error instanceof UsageError ? error : new UsageError(`${path}: not UTF-8 text`);
	}
}

/** Parsed JSON; an error names the line and column. @throws UsageError */
export function parseJson(text: string, file: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (!text.trim()) throw new UsageError(`${file}: the file is empty; it must contain JSON`);
		const before = text.slice(0, errorPosition(text, error as Error)).split('\n');
		const line = before.length;
		const column = (before.at(-1) as string).length + 1;
		const detail = (error as Error).message
			.replace(/( in JSON)? at position \d+.*$/s, '')
			.replace(/^(Unexpected token '.{1,2}'), .*$/s, '$1');
		throw new UsageError(`${file}:${line}:${column}: invalid JSON: ${detail}`);
	}
}

/**
 * Returns the index at which JSON.parse failed. V8 reports it for some errors only. For the others, a binary search finds
 * the shortest prefix of the text that fails for another reason than being incomplete.
 */
function errorPosition(text: string, error: Error): number {
	const reported = /at position (\d+)/.exec(error.message);
	if (reported) return Number(reported[1]);
	let [good, bad] = [0, text.length + 1];
	while (bad - good > 1) {
		const middle = (good + bad) >> 1;
		if (isCutOff(text.slice(0, middle))) good = middle;
		else bad = middle;
	}
	return bad - 1;
}

function isCutOff(start: string): boolean {
	try {
		JSON.parse(start);
		return true;
	} catch (error) {
		const { message } = error as Error;
		const reported = /at position (\d+)/.exec(message);
		return reported ? Number(reported[1]) >= start.length : message.includes('end of JSON');
	}
}

/** Throws unless a file can be written at `path`. Call it before the work starts. @throws UsageError */
export function checkWritable(path: string): void {
	if (isFolder(path)) throw new UsageError(`${path} is a folder, not a file to write`);
	if (!isFolder(dirname(path))) throw new UsageError(`${path}: the folder ${dirname(path)} does not exist`);
}

/** Writes a file atomically. @throws UsageError */
export function writeWhole(path: string, bytes: Uint8Array): void {
	const aside = `${path}.${process.pid}.part`;
	try {
		writeFileSync(aside, bytes);
		renameSync(aside, path);
	} catch (error) {
		rmSync(aside, { force: true });
		throw new UsageError(`${path}: ${reason(error)}`);
	}
}
