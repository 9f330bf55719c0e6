import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FOUR_LANES } from '../support/lanes';
import { experimentFile, jsonLines, lab, scratch } from './lab';

const file = () =>
	experimentFile('profiled.json', {
		methods: ['vanilla', 'resformer:learnable'],
		seeds: [1, 2],
		layers: 2,
		heads: 2,
		hiddenSize: 16,
		intermediateSize: 24,
		sequenceLength: 16,
		batchSize: 2,
	});

const isProgram = (line: { replicas?: number }) => line.replicas !== undefined;

it('prints the cost of each program without a GPU, and with which kernels', async () => {
	const { code, stdout, stderr } = await lab(['profile', file(), '--plan-only', '--json', '--kernels', 'subgroup4'], {
		env: { VK_DRIVER_FILES: '/nowhere' },
	});
	expect(code, stderr).toBe(0);
	const lines = jsonLines(stdout);
	const programs = lines.filter(isProgram);
	expect(programs.map(({ runs }) => runs)).toEqual([
		['vanilla#1', 'vanilla#2'],
		['resformer:learnable#1', 'resformer:learnable#2'],
	]);
	for (const program of programs) {
		const kernels = lines.filter((line) => !isProgram(line) && line.runs[0] === program.runs[0]);
		const total = (field: string) => kernels.reduce((sum, line) => sum + line[field], 0);
		expect(program).toMatchObject({ replicas: 1, kernels: 'subgroup4', stepMs: null, predictedMs: null, dispatches: total('dispatches') });
		expect([program.flops, program.bytes.moved]).toEqual([total('flops'), total('moved')]);
		expect(kernels.every(({ us, share }) => us === null && share === null)).toBe(true);
	}
});

it('times whole steps and every kernel', async () => {
	const { code, stdout, stderr } = await lab(['profile', file(), '--json']);
	expect(code, stderr).toBe(0);
	const lines = jsonLines(stdout);
	const programs = lines.filter(isProgram);
	expect(programs).toHaveLength(2);
	for (const { stepMs, predictedMs, hostMs } of programs) for (const ms of [stepMs, predictedMs, hostMs]) expect(ms).toBeGreaterThan(0);
	for (const { kernel, us, gbs, share } of lines.filter((line) => !isProgram(line)))
		expect([us > 0, gbs > 0, Number.isFinite(share)], kernel).toEqual([true, true, true]);
});

it('measures tiles of products and keeps them, and ignores a damaged file', async () => {
	const kept = join(scratch(), 'tiles.json');
	writeFileSync(kept, '{"format":1');
	const { code, stdout, stderr } = await lab(['profile', file(), '--json', '--kernels', 'tiled', '--tune'], {
		env: { LAB_CACHE: scratch(), ...FOUR_LANES },
	});
	expect(code, stderr).toBe(0);
	const lines = jsonLines(stdout);
	const rows = lines.filter((line) => line.product !== undefined);
	expect(rows.length).toBeGreaterThan(0);
	expect(lines.slice(0, rows.length)).toEqual(rows);
	expect(lines.filter(isProgram)).toHaveLength(2);
	const { adapters } = JSON.parse(readFileSync(kept, 'utf8'));
	const [adapter] = Object.values<{ product: string; chosen: string }[]>(adapters);
	expect(adapter.map(({ product, chosen }) => [product, chosen])).toEqual(rows.map(({ product, chosen }) => [product, chosen]));
});

it('does not measure without a GPU', async () => {
	const { code, stderr } = await lab(['profile', 'default', '--plan-only', '--tune']);
	expect([code, stderr]).toEqual([2, 'lab: --tune measures, so it excludes --plan-only, see lab profile --help\n']);
});

it('refuses kernels that there are not', async () => {
	const { code, stderr } = await lab(['profile', 'default', '--kernels', 'fast']);
	expect([code, stderr]).toEqual([2, 'lab: --kernels takes subgroup8|subgroup4|tiled, not `fast`, see lab profile --help\n']);
});
