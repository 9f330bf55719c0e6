/**
 * Runs a TypeScript program of this project:
 *   node scripts/run.mjs ENTRY [arguments]
 * ENTRY exports `main(argv: string[]): Promise<number>`, which returns the exit code. The program runs in this process, so that it
 * receives signals and stdin directly. Nothing else is printed on stdout.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildEntry } from './build-entry.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { endWithParent, root } from './setup/shell.mjs';

/**
 * @param {string} entry relative to the project's root
 * @param {string[]} argv
 */
export async function runEntry(entry, argv) {
	ensurePackages();
	// npm runs scripts in the project's root, but relative paths are relative to the folder in which the user typed them. Everything below
	// `npm test` inherits INIT_CWD as well, hence the second condition.
	const { INIT_CWD, npm_lifecycle_event: script } = process.env;
	if (INIT_CWD && process.cwd() === root && (script === 'lab' || script === 'bench')) process.chdir(INIT_CWD);

	// `lab … | head` closes the pipe early, which is not an error.
	process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
		if (error.code === 'EPIPE') process.exit(0);
		throw error;
	});
	if (script) endWithParent();
	process.setSourceMapsEnabled(true);
	const files = await buildEntry(resolve(root, entry));
	// Loaded first, because libraries that `main` imports read WebGPU's globals when they load.
	await import(pathToFileURL(files.dawn).href);
	const { main } = await import(pathToFileURL(files.main).href);
	const code = await main(argv);
	// Waits for stdout to be written, then exits explicitly, because Dawn's threads would keep the process alive.
	await new Promise((done) => process.stdout.write('', done));
	process.exit(code);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
	const [entry, ...argv] = process.argv.slice(2);
	if (!entry) {
		console.error('usage: node scripts/run.mjs ENTRY [arguments]');
		process.exit(2);
	}
	await runEntry(entry, argv);
}
