/** Helpers of the set-up scripts. They must not import npm packages, which may not be installed yet. */
import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Prints a line on stderr, because `lab --json` may run the set-up too and its stdout is data.
 * @param {string} line
 */
export function say(line) {
	process.stderr.write(`setup: ${line}\n`);
}

/**
 * Runs a command to its end and returns its output instead of printing it.
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
 * The last lines of a failed command's output, indented.
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
 * Ends this process when its parent has exited. npm sends SIGTERM only to the shell that runs the script, and the shell exits without
 * passing it on, so that a server or a training would continue unnoticed.
 */
export function endWithParent() {
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
	}, 500).unref();
}
