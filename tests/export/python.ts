import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A Python that can import these modules; undefined if there is none. */
export const pythonWith = (modules: string): string | undefined =>
	['python3', '/usr/bin/python3'].find((command) => spawnSync(command, ['-c', `import ${modules}`]).status === 0);

/** A Python with numpy; undefined if there is none. */
export const numpyPython = pythonWith('numpy');
/** A Python with PyTorch, such as Debian's python3-torch; undefined if there is none. */
export const torchPython = pythonWith('numpy, torch');

// The tests say so, because a skipped test is easily overlooked.
if (!torchPython) console.warn('No Python with PyTorch (Debian: python3-torch): the exported projects are not run.');

/** Runs Python in a folder, on one core. @returns stdout @throws Error with stderr, if it fails */
export function runPython(python: string, folder: string, args: readonly string[], env: Record<string, string> = {}): string {
	return execFileSync(python, args, {
		cwd: folder,
		encoding: 'utf8',
		maxBuffer: 2 ** 28,
		env: { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1', ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
	for (const [name, bytes] of files) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), bytes);
	}
}
