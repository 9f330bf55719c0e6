/** Runs the lab as a user does: the real process, from the repository's scripts. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

export interface Ended {
	code: number | null;
	stdout: string;
	stderr: string;
}

export interface Watching {
	env?: Record<string, string>;
	/** Sees stdout and stderr grow. */
	watch?(text: string, child: ChildProcess): void;
}

/** `node scripts/lab.mjs …` to its end. */
export function lab(args: readonly string[], { env = {}, watch }: Watching = {}): Promise<Ended> {
	return new Promise((resolve, reject) => {
		const child: ChildProcess = spawn(process.execPath, [join(root, 'scripts/lab.mjs'), ...args], {
			cwd: root,
			env: { ...process.env, ...env },
		});
		const texts = { stdout: '', stderr: '' };
		for (const name of ['stdout', 'stderr'] as const)
			child[name]?.setEncoding('utf8').on('data', (part: string) => {
				texts[name] += part;
				watch?.(texts[name], child);
			});
		child.on('error', reject);
		child.on('close', (code) => resolve({ code, ...texts }));
	});
}

/** stdout as JSON, a value a line; a line that is cut off is an error. */
// biome-ignore lint/suspicious/noExplicitAny: what the lines hold is what the tests check
export function jsonLines(stdout: string): any[] {
	if (!stdout.endsWith('\n')) throw new Error(`stdout ends in the middle of a line: …${stdout.slice(-80)}`);
	return stdout
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line));
}

let folder: string | undefined;

/** A folder for the test file, removed at its end. */
export function scratch(): string {
	folder ??= mkdtempSync(join(tmpdir(), 'resformer-lab-cli-'));
	return folder;
}

/** Writes an experiment file, and gives its path. */
export function experimentFile(name: string, content: object | string): string {
	const path = join(scratch(), name);
	writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
	return path;
}

afterAll(() => {
	if (folder) rmSync(folder, { recursive: true, force: true });
	folder = undefined;
});
