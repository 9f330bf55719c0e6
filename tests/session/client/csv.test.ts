import { describe, expect, it, vi } from 'vitest';
import { curvesCsv, fileOf, runsCsv } from '../../../src/session/client/results/csv';
import type { RunView } from '../../../src/session/client/store/labSnapshot';
import { view } from '../../ui/views';

/** RFC 4180, as a spreadsheet reads it: every field of every record. */
function read(text: string): string[][] {
	const rows: string[][] = [[]];
	for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
		rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
		if (end !== ',') rows.push([]);
	}
	expect(rows.pop()).toEqual([]);
	return rows;
}

/** Rows as records by the header's names. */
function records(text: string): Record<string, string>[] {
	const [header, ...rows] = read(text);
	for (const row of rows) expect(row).toHaveLength(header.length);
	expect(new Set(header).size).toBe(header.length);
	return rows.map((row) => Object.fromEntries(row.map((cell, i) => [header[i], cell])));
}

const named = (run: RunView, name: string): RunView => ({ ...run, name });
const vanilla = view('vanilla', 1, [4, 3.5], { 1: { validationLoss: 3 }, 2: { entropy: [3.5, 3.25], validationLoss: 2.75 } });
const other = { ...view('svformer', 2, [4.25], { 1: { entropy: [3, Number.NaN], accuracy: 0.5 } }), divergedAt: 1 };

describe('the table of runs', () => {
	it('has a row per run, and a column per measure and layer', () => {
		const [first, second] = records(runsCsv([vanilla, other]));
		expect(first).toMatchObject({
			id: 'vanilla-1',
			group: 'vanilla',
			method: 'vanilla',
			seed: '1',
			parameters: '224384',
			kv_bytes_per_token: '2048',
			step: '2',
			state: 'unfinished',
			tokens_per_second: '60000',
			training_loss: '3.5',
			validationLoss: '2.75',
			'entropy.layer1': '3.5',
			'entropy.layer2': '3.25',
			accuracy: '',
		});
		expect(second).toMatchObject({ state: 'diverged', 'entropy.layer1': '3', 'entropy.layer2': '', validationLoss: '', accuracy: '0.5' });
	});

	it('names the differences between runs', () => {
		const changed = { ...other, info: { ...other.info, experiment: { ...other.info.experiment, clip: 2, steps: 500 } } };
		expect(records(runsCsv([vanilla, changed])).map(({ differs }) => differs)).toEqual([
			'steps 400; gradient clip 1',
			'steps 500; gradient clip 2',
		]);
	});

	it('accepts any name, and never lets one act as a formula', () => {
		const names = ['a,b "c"\nd', '=HYPERLINK("http://x","y")', '+1', '-1', '@a', '\tx', ' =plain', 'ok'];
		const rows = records(runsCsv(names.map((name) => named(vanilla, name))));
		expect(rows.map(({ name }) => name)).toEqual([
			'a,b "c"\nd',
			`'=HYPERLINK("http://x","y")`,
			"'+1",
			"'-1",
			"'@a",
			"'\tx",
			' =plain',
			'ok',
		]);
	});
});

describe('the curves', () => {
	it('have a row for every step of every run, with the measures that were taken there', () => {
		const rows = records([...curvesCsv([vanilla, other])].join(''));
		expect(rows.map(({ run, step, tokens, training_loss: loss }) => [run, step, tokens, loss])).toEqual([
			['vanilla-1', '0', '0', '4'],
			['vanilla-1', '1', '1024', '3.5'],
			['vanilla-1', '2', '2048', ''],
			['svformer-2', '0', '0', '4.25'],
			['svformer-2', '1', '1024', ''],
		]);
		expect(rows.map((row) => row['entropy.layer1'])).toEqual(['', '', '3.5', '', '3']);
		expect(rows.map(({ validationLoss }) => validationLoss)).toEqual(['', '3', '2.75', '', '']);
	});

	it('have only the steps that a recorded run has', () => {
		const run = view('vanilla', 1, [4, 3], { 2: { accuracy: 1 } });
		const recorded = { ...run, series: { ...run.series, length: 4, steps: Int32Array.from([0, 3]) } };
		expect(records([...curvesCsv([recorded])].join('')).map(({ step, training_loss: loss, accuracy }) => [step, loss, accuracy])).toEqual([
			['0', '4', ''],
			['2', '', '1'],
			['3', '3', ''],
		]);
	});

	it('become a file without blocking the page', async () => {
		let pauses = 0;
		const timeout = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((callback: () => void) => {
			pauses++;
			queueMicrotask(callback);
		}) as never);
		let clock = 0;
		const time = vi.spyOn(performance, 'now').mockImplementation(() => clock);
		const pieces = function* () {
			for (let i = 0; i < 6; i++) {
				clock += 10;
				yield `${i};`;
			}
		};
		expect(await (await fileOf(pieces(), 'text/csv')).text()).toBe('0;1;2;3;4;5;');
		expect(pauses).toBe(3);
		timeout.mockRestore();
		time.mockRestore();
	});
});
