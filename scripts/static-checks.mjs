/** The static checks: types, lint and format, imports, length of functions, unused code. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup/shell.mjs';

const checks = [
	{ name: 'types (tsc)', script: 'node_modules/typescript/bin/tsc', args: ['--noEmit'] },
	{ name: 'lint and format (biome)', script: 'node_modules/@biomejs/biome/bin/biome', args: ['check', '--error-on-warnings'] },
	{ name: 'imports', script: 'scripts/check-imports.mjs', args: [] },
	{ name: 'length of functions', script: 'scripts/check-functions.mjs', args: [] },
	{ name: 'unused code (knip)', script: 'node_modules/knip/bin/knip.js', args: ['--no-progress'] },
];

/** Runs all checks, even after one fails. @returns {{ passed: number, failed: number }} */
export function staticChecks() {
	/** @type {string[]} */
	const failed = [];
	for (const { name, script, args } of checks) {
		console.log(`\n── ${name}`);
		const { status } = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
		if (status !== 0) failed.push(name);
	}
	if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}`);
	return { passed: checks.length - failed.length, failed: failed.length };
}
