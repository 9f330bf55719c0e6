/** The checks that read the code without running it: types, lint and format, imports. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './setup/shell.mjs';

const checks = [
	{ name: 'types (tsc)', script: 'node_modules/typescript/bin/tsc', args: ['--noEmit'] },
	{ name: 'lint and format (biome)', script: 'node_modules/@biomejs/biome/bin/biome', args: ['check', '--error-on-warnings'] },
	{ name: 'imports', script: 'scripts/check-imports.mjs', args: [] },
];

/** Runs them all: the findings of one say nothing about another's. @returns {{ passed: number, failed: number }} */
export function staticChecks() {
	let failed = 0;
	for (const { name, script, args } of checks) {
		console.log(`\n── ${name}`);
		const { status } = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' });
		if (status !== 0) failed++;
	}
	return { passed: checks.length - failed, failed };
}
