import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openGpu } from '../../src/cli/gpu';
import { FIRST_QUESTION } from '../../src/experiment/questions';
import type { Results } from '../../src/experiment/results';
import { experimentFile, jsonLines, lab } from './lab';

const STEPS = 40;

it('the record of the first question, made again, has the same losses', async ({ skip }) => {
	const record = JSON.parse(readFileSync(new URL('../../public/recorded/sink.json', import.meta.url), 'utf8')) as Results;
	const gpu = await openGpu();
	const { name } = gpu.context.adapter;
	gpu.close();
	skip(name !== record.adapter, `it was made on ${record.adapter}, this is ${name}`);
	const methods = ['vanilla', 'gate:head'];
	const file = experimentFile('first.json', { ...FIRST_QUESTION.experiment, methods, seeds: [1] });
	const { stdout } = await lab(['train', file, '--json', '--steps', String(STEPS)]);
	const lines = jsonLines(stdout).filter((line) => 'loss' in line);
	for (const method of methods) {
		const run = record.runs.find((each) => each.method === method && each.seed === 1) as Results['runs'][0];
		const { steps, values } = run.losses;
		const kept = steps.filter((step) => step < STEPS);
		expect(kept.length).toBeGreaterThan(8);
		const losses = lines.filter((line) => line.method === method).map(({ loss }) => Number((loss as number).toPrecision(7)));
		expect(kept.map((step) => losses[step])).toEqual(values.slice(0, kept.length));
	}
});
