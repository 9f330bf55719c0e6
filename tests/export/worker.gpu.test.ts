import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NamedFile } from '../../src/session/client/protocol';
import { experimentOf, isState, openLab } from '../session/worker/openLab';
import { python } from './projects';
import { torchPython, writeFiles } from './python';

const LINK = 'https://example.org/#x';
const json = (files: readonly NamedFile[], name: string) =>
	JSON.parse(new TextDecoder().decode(files.find((file) => file.name === name)?.bytes));

describe('the worker’s PyTorch projects', () => {
	let folder: string;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'resformer-lab-projects-'));
	});
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('continue runs with steps left, start finished ones over, and leave the runs as they were', async () => {
		const { send, of, answersTo, until } = openLab();
		const experiment = experimentOf({ methods: ['vanilla', 'resformer:learnable'] });
		const paused = until(isState('paused'));
		await send({ type: 'start', experiment, paused: true });
		await paused;
		for (let i = 0; i < 3; i++) {
			const rest = until(isState('paused'));
			await send({ type: 'step' });
			await rest;
		}
		const runs = experiment.methods.map((method) => ({ id: `${method}#1`, experiment: { ...experiment, methods: [method] } }));
		await send({ type: 'project', id: 1, runs, present: true, link: LINK });
		const finished = until(isState('finished'));
		await send({ type: 'resume' });
		await finished;
		await send({ type: 'project', id: 2, runs: [runs[1]], present: true, link: LINK });
		// Recorded runs are made again from their experiments.
		await send({ type: 'project', id: 3, runs: [runs[0]], present: false, link: LINK });
		expect(of('failed')).toEqual([]);
		const [middle, over, recorded] = answersTo('project');

		const losses = (run: string) =>
			of('steps')
				.filter((event) => event.run === run)
				.flatMap((event) => [...event.losses]);
		for (const { id } of runs) {
			const at = id.replace(':', '-');
			expect(json(middle, `${at}/config.json`)).toMatchObject({ run: id, step: 3 });
			// To the last bit: the copy that made these was the run itself.
			expect(json(middle, `${at}/expected.json`)).toMatchObject({ from: 3, losses: losses(id).slice(3), link: LINK });
		}
		expect(middle.map(({ name }) => name)).toContain('vanilla#1/optimizer.safetensors');
		expect(json(over, 'expected.json')).toMatchObject({ from: 0, losses: losses('resformer:learnable#1') });
		expect(json(recorded, 'expected.json')).toMatchObject({ from: 0, losses: losses('vanilla#1') });
		expect(of('progress').filter(({ id }) => id === 1)).toHaveLength(2);

		if (!torchPython) return;
		writeFiles(folder, new Map(middle.map(({ name, bytes }) => [name, bytes])));
		expect(python(folder, 'check.py', '--device', 'cpu').match(/ {2}ok/g)).toHaveLength(2);
	});

	it('say which run there is none of', async () => {
		const { send, of } = openLab();
		await send({ type: 'project', id: 1, runs: [{ id: 'vanilla#1', experiment: experimentOf({}) }], present: true, link: LINK });
		expect(of('failed')[0].message).toContain('there are no runs');
	});
});
