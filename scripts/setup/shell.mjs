/** Small helpers that the set-up scripts share. Plain Node: nothing here may need node_modules. */
import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * One line a step. On stderr, because `lab --json` may set up too and its stdout is data.
 * @param {string} line
 */
export function say(line) {
	process.stderr.write(`setup: ${line}\n`);
}

/**
 * Runs a command to its end and keeps its output, which is worth showing only where it failed.
 * @param {string} command
 * @param {string[]} args
 * @param {{ input?: string, env?: NodeJS.ProcessEnv, timeout?: number, cwd?: string }} [options]
 * @returns {{ ok: boolean, out: string, err: string }}
 */
export function run(command, args, options = {}) {
	const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26, ...options });
	return { ok: result.status === 0, out: result.stdout ?? '', err: result.error ? String(result.error) : (result.stderr ?? '') };
}

/**
 * The last lines of a failed command, indented under the line that says what failed.
 * @param {string} text
 */
export function tail(text, lines = 8) {
	return text
		.trim()
		.split('\n')
		.slice(-lines)
		.map((line) => `    ${line}`)
		.join('\n');
}

/**
 * Ends this process when the one that started it is gone. npm passes SIGTERM on to the shell between it and us, which dies and tells nobody:
 * a server or a training would go on unseen.
 */
export function endWithParent() {
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
	}, 500).unref();
}
