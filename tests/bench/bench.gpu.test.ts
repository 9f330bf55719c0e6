/** The bench itself, on a shape so small that it measures nothing but that it runs. */
import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

function bench(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
	return new Promise((resolve) => {
		const child = spawn(process.execPath, ['scripts/run.mjs', 'tests/bench/main.ts', ...args], { cwd: root });
		const texts = { stdout: '', stderr: '' };
		child.stdout.on('data', (part) => (texts.stdout += part));
		child.stderr.on('data', (part) => (texts.stderr += part));
		child.on('close', (code) => resolve({ code, ...texts }));
	});
}

describe('bench', () => {
	const sizes = { layers: 1, hiddenSize: 12, heads: 3, intermediateSize: 10, sequenceLength: 9, batchSize: 2, vocabularySize: 11 };

	it('prints a JSON line for a shape, with the losses of a training', async () => {
		const { code, stdout, stderr } = await bench('--no-peers', '--steps', '8', '--shape', JSON.stringify(sizes));
		expect(code, stderr).toBe(0);
		expect(stdout.trimEnd().split('\n')).toHaveLength(1);
		const line = JSON.parse(stdout);
		expect(line).toMatchObject({ shape: 'custom', sizes, timed_steps: 8 });
		for (const name of ['step_ms', 'tokens_per_s', 'gflops', 'dispatches', 'pipelines', 'cold_ms', 'gpu_bytes', 'predicted_ms'])
			expect(line[name], name).toBeGreaterThan(0);
		expect(line.prediction_error).toBeCloseTo(line.predicted_ms / line.step_ms - 1, 1);
		// A cold step, two to warm up, eight that are timed.
		expect(line.losses).toHaveLength(11);
		expect(line.losses[0]).toBeCloseTo(Math.log(sizes.vocabularySize), 1);
		expect(line.losses[10]).toBeLessThan(line.losses[0]);
	});

	it('prints how memory and time grow with a size', async () => {
		const { code, stdout, stderr } = await bench('--no-peers', '--steps', '3', '--shape', JSON.stringify(sizes), '--growth', 'batchSize');
		expect(code, stderr).toBe(0);
		const lines = stdout
			.trimEnd()
			.split('\n')
			.map((line) => JSON.parse(line));
		expect(lines).toHaveLength(5);
		const rows = lines.slice(1, 4);
		expect(rows.map(({ sizes: { batchSize } }) => batchSize)).toEqual([2, 4, 8]);
		expect(rows.map(({ flop }) => flop / rows[0].flop)).toEqual([1, 2, 4]);
		const [{ exponents, ...growth }] = lines.slice(4);
		expect(growth).toEqual({ growth: 'batchSize', of: 'custom', values: [2, 4, 8] });
		expect(exponents.flop).toBeCloseTo(1, 10);
		expect(exponents.gpu_bytes).toBeGreaterThan(0);
		expect(exponents.gpu_bytes).toBeLessThan(1);
		expect(Number.isFinite(exponents.step_ms_by_flop)).toBe(true);
		// Compiles for four devices.
	}, 300_000);

	const refused: [what: string, args: string[], words: string][] = [
		['an unknown size', ['--shape', '{"hidenSize":96}'], 'unknown size `hidenSize`: did you mean `hiddenSize`?'],
		['a shape that is no JSON', ['--shape', '{layers:3}'], '--shape: no valid JSON'],
		['an odd head size', ['--shape', '{"hiddenSize":20,"heads":4}'], 'is a head size of 5; it must be even'],
		['an unknown shape', ['--shapes', 'tiny,smal'], 'no shape is called `smal`: did you mean `small`?'],
		['an unknown option', ['--step', '4'], "Unknown option '--step'"],
		['the growth of something else', ['--growth', 'layers,width'], 'not `width`'],
		['kernels that there are none of', ['--profile', 'fast'], '--profile must be one of'],
	];
	it.each(refused)('refuses %s', async (_, args, words) => {
		const { code, stdout, stderr } = await bench(...args);
		expect([code, stdout]).toEqual([2, '']);
		expect(stderr).toMatch(/^bench: [^\n]+\n$/);
		expect(stderr).toContain(words);
	});
});
