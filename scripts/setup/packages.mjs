/** node_modules: there, and what package-lock.json says? */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say, tail } from './shell.mjs';

/**
 * Compares the lock with npm's own note of what it installed. By content: file times say nothing after a clone or a branch switch.
 * @param {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean }> }} lock package-lock.json
 * @param {{ packages: Record<string, { version?: string, integrity?: string }> }} installed node_modules/.package-lock.json
 */
export function packagesMatch(lock, installed) {
	return Object.entries(lock.packages).every(([path, wanted]) => {
		if (path === '') return true; // the project itself
		const there = installed.packages[path];
		// Packages for other platforms are optional and rightly absent.
		if (!there) return wanted.optional === true;
		return there.version === wanted.version;
	});
}

function packagesReady() {
	const installed = join(root, 'node_modules/.package-lock.json');
	if (!existsSync(installed)) return false;
	return packagesMatch(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')), JSON.parse(readFileSync(installed, 'utf8')));
}

/** Makes node_modules match the lock; ends the process where it can't, as nothing works without. */
export function ensurePackages() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major < 20 || (major === 20 && minor < 19)) {
		say(`Node ${process.versions.node} is too old, please install Node 20.19 or newer (https://nodejs.org)`);
		process.exit(1);
	}
	if (packagesReady()) return;
	const fresh = !existsSync(join(root, 'node_modules'));
	say(`${fresh ? 'installing' : 'updating'} npm packages (takes about half a minute)`);
	// `npm ci` empties node_modules first: right for a fresh clone, rude to a page that is being served from it.
	const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
	const result = fresh ? npm(['ci', ...quiet]) : npm(['install', '--no-save', ...quiet]);
	const second = result.ok || !fresh ? result : npm(['install', '--no-save', ...quiet]);
	if (second.ok) return;
	say(`npm could not install the packages:\n${tail(second.err)}`);
	process.exit(1);
}

/** @param {string[]} args */
function npm(args) {
	// The npm that called us, where there is one: on Windows `npm` is a .cmd file that can't be spawned without a shell.
	const path = process.env.npm_execpath;
	if (path?.endsWith('.js')) return run(process.execPath, [path, ...args], { cwd: root });
	return process.platform === 'win32' ? run('cmd', ['/c', 'npm', ...args], { cwd: root }) : run('npm', args, { cwd: root });
}
