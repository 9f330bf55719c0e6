import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cellsOf } from '../../src/cli/sweep/lines';
import { SweepFile } from '../../src/cli/sweep/sweepFile';
import { readExperiment } from '../../src/experiment/validate';
import { scratch } from './lab';

const { experiment } = readExperiment({ methods: 'vanilla,svformer', sweep: [{ layers: 2 }, { layers: 3 }] });
const cells = cellsOf(experiment);
const textOf = (run: string) => JSON.stringify({ run, point: {}, validationLoss: 0.1 + 0.2 });
const path = join(scratch(), 'sweep.jsonl');

/** Writes FILE as a sweep without interruption does. @returns its text */
function finish(file = new SweepFile(path, experiment, cells)): string {
	file.open('GPU');
	for (const cell of cells) if (!file.lines.has(cell.runs[0])) file.add(cell, cell.runs.map(textOf));
	return readFileSync(path, 'utf8');
}

describe('the file of a sweep', () => {
	beforeEach(() => writeFileSync(path, ''));

	it('cut off at any byte, continues to the same bytes', () => {
		const whole = finish();
		const head = whole.indexOf('\n') + 1;
		for (let length = head; length <= whole.length; length++) {
			writeFileSync(path, whole.slice(0, length));
			const file = new SweepFile(path, experiment, cells);
			for (const { runs } of cells) {
				const kept = runs.filter((run) => file.lines.get(run) === textOf(run));
				expect([0, runs.length]).toContain(kept.length);
			}
			expect(finish(file)).toBe(whole);
		}
	});

	it.each(['{"task":"text"}', '{"task":"text"}\n', 'notes', '\n', '{"run":"vanilla#1@1"}\n'])(
		'is not taken from another program: %j',
		(text) => {
			writeFileSync(path, text);
			expect(() => new SweepFile(path, experiment, cells)).toThrow(`${path} exists and was not written by sweep; give another --out`);
			expect(readFileSync(path, 'utf8')).toBe(text);
		},
	);

	it('of another experiment is refused, with the fields that differ', () => {
		finish();
		const { experiment: other } = readExperiment({ ...experiment, steps: 9, warmupSteps: 9, sweep: [{ layers: 2 }] });
		expect(() => new SweepFile(path, other, cellsOf(other))).toThrow('holds another experiment: it differs in steps, warmupSteps, sweep;');
	});

	it('from before a field existed counts as one with the field’s default', () => {
		const whole = finish();
		writeFileSync(path, whole.replace('"clip":1,', ''));
		expect(new SweepFile(path, experiment, cells).lines.size).toBe(4);
	});

	it('of another GPU is refused, because its numbers differ in the last bits', () => {
		finish();
		const file = new SweepFile(path, experiment, cells);
		expect(() => file.open('another GPU')).toThrow('its results are from GPU, this is another GPU; give another --out');
	});
});
