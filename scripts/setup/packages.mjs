/** Keeps node_modules equal to package-lock.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say, tail } from './shell.mjs';

/**
 * True if npm's record of installed packages matches the lock. Compares contents, because file times mean nothing after a clone or a
 * branch switch.
 * @param {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean }> }} lock package-lock.json
 * @param {{ packages: Record<string, { version?: string, integrity?: string }> }} installed node_modules/.package-lock.json
 */
export function packagesMatch(lock, installed) {
	return Object.entries(lock.packages).every(([path, locked]) => {
		if (path === '') return true; // the project itself
		const found = installed.packages[path];
		// Packages for other platforms are optional and not installed.
		if (!found) return locked.optional === true;
		return found.version === locked.version;
	});
}

function packagesReady() {
	const installed = join(root, 'node_modules/.package-lock.json');
	if (!existsSync(installed)) return false;
	return packagesMatch(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')), JSON.parse(readFileSync(installed, 'utf8')));
}

/** Makes node_modules match the lock. Exits the process on failure. */
export function ensurePackages() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major < 20 || (major === 20 && minor < 19)) {
		say(`Node ${process.versions.node} is too old: install Node 20.19 or newer (https://nodejs.org)`);
		process.exit(1);
	}
	if (packagesReady()) return;
	const fresh = !existsSync(join(root, 'node_modules'));
	say(`${fresh ? 'installing' : 'updating'} npm packages (takes about half a minute)`);
	// `npm ci` empties node_modules first, which would break a page that is being served from it.
	const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
	const result = fresh ? npm(['ci', ...quiet]) : npm(['install', '--no-save', ...quiet]);
	const second = result.ok || !fresh ? result : npm(['install', '--no-save', ...quiet]);
	if (second.ok) return;
	say(`npm could not install the packages:\n${tail(second.err)}`);
	process.exit(1);
}

/** @param {string[]} args */
function npm(args) {
	// Prefers the npm that started this script, because on Windows `npm` is a .cmd file that can't be spawned without a shell.
	const path = process.env.npm_execpath;
	if (path?.endsWith('.js')) return run(process.execPath, [path, ...args], { cwd: root });
	return process.platform === 'win32' ? run('cmd', ['/c', 'npm', ...args], { cwd: root }) : run('npm', args, { cwd: root });
}
