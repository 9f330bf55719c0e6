import { expect, it } from 'vitest';
import { experimentFile, jsonLines, lab } from './lab';

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

it('refuses kernels that there are not', async () => {
	const { code, stderr } = await lab(['profile', 'default', '--kernels', 'fast']);
	expect([code, stderr]).toEqual([2, 'lab: --kernels takes subgroup8|subgroup4|tiled, not `fast`, see lab profile --help\n']);
});
