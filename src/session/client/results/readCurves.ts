/**
 * Curves of another program: `metrics.jsonl` as exported projects write it, or a CSV with a header line. Columns `step` and `loss`,
 * or names that other programs give them; every further column of numbers is a measure.
 */
import type { Metrics } from '../../../experiment/records/metrics';
import type { MetricPoint } from '../store/labSnapshot';

export interface ForeignRun {
	/** The value of the column `run`; else the file's name. */
	name: string;
	/** The value of the column `method`; null if there is none. */
	method: string | null;
	seed: number;
	/** Training losses by step, ascending. */
	losses: { step: number; loss: number }[];
	/** Other measures, by updates done. */
	history: MetricPoint[];
}

const MOST_CHARACTERS = 64e6;
const MOST_RUNS = 64;
const MOST_STEP = 10_000_000;
const MOST_MEASURES = 200;
/** Characters of a column's name. */
const MOST_NAME = 200;

/** Names of columns in other programs, in lower case without `_`, `/`, `-`, `.` and blanks. */
const STEP = ['step', 'steps', 'globalstep', 'iteration', 'iter', 'trainerglobalstep', 'trainglobalstep'];
const LOSS = ['loss', 'trainingloss', 'trainloss', 'losstrain'];
const VALIDATION = ['validationloss', 'valloss', 'validloss', 'evalloss', 'lossval', 'testloss'];
const OTHER = [
	'run',
	'method',
	'seed',
	'tokens',
	'seconds',
	'time',
	'timestamp',
	'runtime',
	'done',
	'diverged',
	'parameters',
	'steps',
	'epoch',
];

const plain = (name: string) => name.toLowerCase().replace(/[\s_/.-]/g, '');

type Row = Record<string, unknown>;

/** @throws Error that says what is missing */
export function readCurves(fileName: string, text: string): ForeignRun[] {
	if (text.length > MOST_CHARACTERS) throw new Error(`it has more than ${MOST_CHARACTERS / 1e6} million characters`);
	const clean = text.replace(/^\ufeff/, '');
	const rows = clean.trimStart().startsWith('{') ? jsonRows(clean) : csvRows(clean);
	if (rows.length === 0) throw new Error('it has no rows');
	const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
	const find = (names: readonly string[]) => names.flatMap((name) => columns.find((column) => plain(column) === name) ?? [])[0];
	const step = find(STEP);
	if (step === undefined) throw new Error(`it has no column “step”; its columns are ${columns.slice(0, 8).join(', ')}`);
	const names = { step, loss: find(LOSS), validation: find(VALIDATION) };
	const runs = new Map<string, { run: ForeignRun; losses: Map<number, number>; history: Map<number, Metrics> }>();
	for (const row of rows) {
		const at = number(row[step]);
		if (at === null || !Number.isInteger(at) || at < 0 || at > MOST_STEP) continue;
		const name = typeof row.run === 'string' && row.run !== '' ? row.run.slice(0, 100) : fileName.replace(/\.[^.]*$/, '');
		let entry = runs.get(name);
		if (!entry) {
			if (runs.size >= MOST_RUNS) throw new Error(`it has more than ${MOST_RUNS} runs`);
			entry = { run: { name, method: null, seed: 1, losses: [], history: [] }, losses: new Map(), history: new Map() };
			runs.set(name, entry);
		}
		addRow(entry, row, at, names);
	}
	const found = [...runs.values()].map(({ run, losses, history }) => ({
		...run,
		losses: ascending(losses).map(([step, loss]) => ({ step, loss })),
		history: ascending(history).map(([step, metrics]) => ({ step, metrics })),
	}));
	const drawable = found.filter(
		({ losses, history }) => losses.length > 0 || history.some(({ metrics }) => metrics.validationLoss !== undefined),
	);
	if (drawable.length === 0) throw new Error('it has no numbers in a column “loss” or “validationLoss”');
	return drawable;
}

const ascending = <T>(map: Map<number, T>): [number, T][] => [...map].sort(([a], [b]) => a - b);

interface Names {
	step: string;
	loss: string | undefined;
	validation: string | undefined;
}

function addRow(
	{ run, losses, history }: { run: ForeignRun; losses: Map<number, number>; history: Map<number, Metrics> },
	row: Row,
	at: number,
	names: Names,
): void {
	if (typeof row.method === 'string' && row.method !== '') run.method ??= row.method.slice(0, 100);
	const seed = number(row.seed);
	if (seed !== null && Number.isInteger(seed) && seed >= 0) run.seed = seed;
	const loss = names.loss === undefined ? null : number(row[names.loss]);
	if (loss !== null) losses.set(at, loss);
	const metrics = history.get(at) ?? {};
	for (const [column, value] of Object.entries(row)) {
		if (column === names.step || column === names.loss || OTHER.includes(plain(column))) continue;
		addMeasure(metrics, column === names.validation ? 'validationLoss' : column, value);
	}
	if (Object.keys(metrics).length > 0) history.set(at, metrics);
}

/** `entropy.layer2` of a CSV, or a list in JSON, is a measure by layer. */
function addMeasure(metrics: Metrics, name: string, value: unknown): void {
	if (Object.keys(metrics).length >= MOST_MEASURES || name === '__proto__' || /^final[A-Z]/.test(name)) return;
	if (Array.isArray(value)) {
		if (value.length <= 100 && value.length > 0) metrics[name] = value.map((each) => number(each) ?? Number.NaN);
		return;
	}
	const read = number(value);
	if (read === null) return;
	const layer = /^(.+)\.layer(\d{1,2})$/.exec(name);
	if (layer?.[1] === '__proto__') return;
	if (!layer) {
		metrics[name] = read;
		return;
	}
	const before = metrics[layer[1]];
	const list = Array.isArray(before) ? [...before] : [];
	const index = Number(layer[2]) - 1;
	while (list.length < index) list.push(Number.NaN);
	if (index >= 0) list[index] = read;
	metrics[layer[1]] = list;
}

function number(value: unknown): number | null {
	if (typeof value === 'number') return Number.isFinite(value) ? value : null;
	if (typeof value !== 'string' || value.trim() === '') return null;
	const read = Number(value);
	return Number.isFinite(read) ? read : null;
}

/** Lines that are JSON objects. The last may be cut off, as in a file that is still being written. */
function jsonRows(text: string): Row[] {
	const lines = text.split('\n').filter((line) => line.trim() !== '');
	return lines.flatMap((line, i): Row[] => {
		try {
			const value: unknown = JSON.parse(line);
			if (typeof value === 'object' && value !== null && !Array.isArray(value)) return [value as Row];
		} catch {
			if (i === lines.length - 1 && i > 0) return [];
		}
		throw new Error(`line ${i + 1} is not a JSON object`);
	});
}

/** Rows of a CSV by the names in its first line; the separator is a comma, a semicolon or a tab. */
function csvRows(text: string): Row[] {
	const first = text.slice(0, text.search(/[\r\n]|$/));
	const separator = [',', ';', '\t'].toSorted((a, b) => first.split(b).length - first.split(a).length)[0];
	const [head, ...rows] = csvCells(text, separator);
	const names = (head ?? []).map((name) => name.trim().slice(0, MOST_NAME));
	return rows.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ''])));
}

/**
 * RFC 4180. A quoted cell is read from quotation mark to quotation mark, because a regular expression would need memory in proportion
 * to its length.
 */
function csvCells(text: string, separator: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	const plain = new RegExp(`[^${separator}\r\n]*`, 'y');
	for (let at = 0; at < text.length; ) {
		if (text[at] === '"') {
			const end = closingMark(text, at, rows.length + 1);
			row.push(text.slice(at + 1, end).replaceAll('""', '"'));
			at = end + 1;
		} else {
			plain.lastIndex = at;
			row.push(plain.exec(text)?.[0] ?? '');
			at = plain.lastIndex;
		}
		if (text[at] === separator) {
			at++;
			// A separator at the end of the file has an empty cell after it.
			if (at < text.length) continue;
			row.push('');
		} else if (at < text.length && text[at] !== '\r' && text[at] !== '\n')
			throw new Error(`row ${rows.length + 1} has text after a quoted cell`);
		at += text.startsWith('\r\n', at) ? 2 : 1;
		if (row.length > 1 || row[0] !== '') rows.push(row);
		row = [];
	}
	return rows;
}

/** The quotation mark that ends the cell that the one at `start` begins. Two in a row are a part of the cell. */
function closingMark(text: string, start: number, row: number): number {
	let end = text.indexOf('"', start + 1);
	while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
	if (end < 0) throw new Error(`row ${row} has a quotation mark that does not end`);
	return end;
}
