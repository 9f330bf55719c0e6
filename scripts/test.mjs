/**
 * `npm test`: sets up the machine, then runs the static checks and all tests except the long ones. The last line counts them all.
 *   npm test -- graph/autodiff            only the test files with that in their path, and no static checks
 *   npm test -- --project gpu -t softmax  any of vitest's options
 *   npm run test:long                     only the long ones
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureMachine } from './setup/machine.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { root } from './setup/shell.mjs';
import { staticChecks } from './static-checks.mjs';

const long = process.argv.includes('--long');
const filters = process.argv.slice(2).filter((argument) => argument !== '--long');

ensurePackages();
const env = ensureMachine();
const checks = long || filters.length > 0 ? { passed: 0, failed: 0 } : staticChecks();

console.log('\n── tests (vitest)');
const tests = await vitest();
console.log(`${checks.passed + tests.passed} passed, ${checks.failed + tests.failed} failed`);
process.exitCode = checks.failed + tests.failed > 0 ? 1 : 0;

/** @returns {Promise<{ passed: number, failed: number }>} */
async function vitest() {
	const folder = mkdtempSync(join(tmpdir(), 'resformer-lab-tests-'));
	const report = join(folder, 'report.json');
	const projects = filters.some((argument) => argument.startsWith('--project'))
		? []
		: (long ? ['long'] : ['unit', 'gpu', 'e2e']).flatMap((name) => ['--project', name]);
	const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...projects, ...filters];
	const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], { cwd: root, env, stdio: 'inherit' });
	// Ctrl-C in the terminal also reaches vitest, so this process only waits for it to exit.
	process.on('SIGINT', () => {});
	process.on('SIGTERM', () => child.kill('SIGTERM'));
	const status = await new Promise((done) => child.on('close', done));
	try {
		return count(JSON.parse(readFileSync(report, 'utf8')), status === 0);
	} catch {
		// vitest was stopped, or failed before the first test.
		return { passed: 0, failed: 1 };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/**
 * Counts tests. A file that could not be loaded counts as a failure although the report has no tests of it, and so does an error outside
 * all tests.
 * @param {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} report
 * @param {boolean} ok true if vitest exited without an error
 */
function count(report, ok) {
	const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
	const failed = report.numFailedTests + broken;
	return { passed: report.numPassedTests, failed: failed || ok ? failed : 1 };
}
