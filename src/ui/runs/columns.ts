/** Columns of the table of runs: text, explanation and sorting value. */
import type { CriticalPoint } from '../../experiment/criticalPoint';
import { summary } from '../../experiment/statistics';
import { isApproximate } from '../../session/client/runs/criticalPoints';
import { lastSmoothed } from '../../session/client/runs/lossSeries';
import type { RunView } from '../../session/client/store/labSnapshot';
import { APPROXIMATE_HELP, CRITICAL_HELP, criticalText } from '../measures/criticalText';
import { layersInBrief, measureText, runsTableMeasures } from '../measures/measureText';
import { modesIn, modesText } from '../measures/modes';
import { formatCount, formatLoss, formatShort } from '../shared/format';

/** A run, with how it compares to the others in the table. */
export interface TableRow {
	run: RunView;
	/** Its differences from the other runs, as text. */
	difference: string;
	/** True if the others are compared with its group. */
	baseline: boolean;
	/** Null before both this run and the baseline's have finished, and for the baseline. */
	critical: CriticalPoint | null;
	/** The baseline's run with its seed; null without one, and for the baseline. */
	reference: RunView | null;
	/** `Vanilla, seed 1, step 240`: the run that it was forked from; empty if it is not a fork. */
	parent: string;
}

export interface Column {
	id: string;
	heading: string;
	/** Explanation in one line; empty if the heading is enough. */
	help: string;
	formula?: string;
	numeric: boolean;
	/** Value that rows are sorted by; null sorts last in both directions. */
	order(row: TableRow): number | string | null;
	text(row: TableRow): string;
	/** Prints the mean of `order` over a group's runs, and their standard deviation; absent = the cell is not a quantity. */
	format?(value: number): string;
	/** True for measures: the cell adds the difference from the baseline, and a group's seeds are counted where they fall into two camps. */
	counted?: true;
	/** Tooltip with text for which the cell has no room. */
	title?(row: TableRow): string | undefined;
}

type Value = (run: RunView) => number | null;

const number = (id: string, heading: string, help: string, value: Value, format: (value: number) => string): Column => ({
	id,
	heading,
	help,
	numeric: true,
	order: ({ run }) => value(run),
	format,
	text: ({ run }) => {
		const found = value(run);
		return found === null ? '–' : format(found);
	},
});

const textColumn = (id: string, heading: string, help: string, text: Column['text']): Column => ({
	id,
	heading,
	help,
	numeric: false,
	order: (row) => text(row).toLowerCase(),
	text,
});

/** The run's name. Its cell also has the commands on the run. */
export const NAME_COLUMN: Column = textColumn('name', 'Runs', '', ({ run }) => run.name);

export const BASELINE_COLUMN: Column = {
	id: 'baseline',
	heading: 'Base',
	help: 'The runs that the others are compared with, in the answer and in relative charts.',
	numeric: false,
	order: ({ baseline }) => (baseline ? 0 : 1),
	text: ({ baseline }) => (baseline ? 'baseline' : ''),
};

const LOSS: Column = {
	...number(
		'loss',
		'Loss',
		'Training loss, mean of the last 20 steps. In nats, or a squared error if the task has vectors.',
		({ series }) => lastSmoothed(series, 20),
		formatLoss,
	),
	formula: 'mean of −ln p(next token)',
};

const SEED: Column = {
	...number('seed', 'Seed', 'Runs of one seed start from the same weights and read the same batches.', ({ info }) => info.seed, String),
	format: undefined,
};

const TRAINING: readonly Column[] = [
	number('step', 'Step', 'Updates done.', ({ step }) => step, formatCount),
	{
		...textColumn('state', 'State', '', ({ run }) => stateOf(run)),
		title: ({ run }) => (run.divergedAt === null ? undefined : 'Its loss became NaN.'),
	},
	number('speed', 'Tokens/s', 'Tokens trained on per second of the run’s own time.', ({ tokensPerSecond }) => tokensPerSecond, formatShort),
];

const IDENTITY: readonly Column[] = [
	{
		...textColumn('difference', 'Δ', 'How this run differs from the others.', ({ difference }) => difference),
		title: ({ difference }) => difference || undefined,
	},
	textColumn('method', 'Method', 'The method’s name, as in links and files.', ({ run }) => run.info.method),
	{
		...number('parameters', 'Params', 'Number of weights that training changes.', ({ info }) => info.parameters, formatShort),
		title: ({ run }) => formatCount(run.info.parameters),
	},
	{
		...number(
			'kv',
			'KV B/token',
			'Bytes that a KV cache holds for each token, as float32.',
			({ info }) => info.kvCacheBytesPerToken,
			formatCount,
		),
		formula: '4 B × Σ over layers of the K and V numbers kept',
	},
];

const CRITICAL: Column = {
	id: 'critical',
	heading: 'Critical point',
	help: CRITICAL_HELP,
	numeric: true,
	order: ({ critical }) =>
		critical === null || typeof critical === 'number' ? critical : critical === 'not reached' ? Number.MAX_VALUE : -1,
	text: ({ run, critical, reference }) => criticalText(critical, isApproximate(run, reference)),
	title: ({ run, critical, reference }) => (critical !== null && isApproximate(run, reference) ? APPROXIMATE_HELP : undefined),
};

const PARENT: Column = textColumn('parent', 'Forked from', 'The run that this one was forked from, and its step.', ({ parent }) => parent);

/** Columns of settings, without those in which all rows have the same text. */
export const differingColumns = (columns: readonly Column[], rows: readonly TableRow[]): Column[] =>
	columns.filter((column) => !SETTINGS.includes(column.id) || new Set(rows.map((row) => column.text(row))).size > 1);

const SETTINGS: readonly string[] = ['difference', 'method', 'seed', 'parameters', 'kv', 'parent'];

/** Most seeds that a group's cell lists; it counts more. */
const MOST_LISTED = 5;

/** A column's text for the runs of a group: mean ± standard deviation, or what they have in common. */
export function groupText(column: Column, rows: readonly TableRow[]): string {
	if (column.format) {
		const values = rows.map((row) => column.order(row)).filter((value) => typeof value === 'number');
		const { n, mean, deviation } = summary(values);
		if (n === 0) return '–';
		const modes = column.counted ? modesIn(column.id, values) : null;
		const count = modes ? `, ${modesText(modes, column.format)}` : '';
		return (deviation ? `${column.format(mean)} ± ${column.format(deviation)}` : column.format(mean)) + count;
	}
	const texts = [...new Set(rows.map((row) => column.text(row)))];
	return texts.length <= MOST_LISTED ? texts.join(', ') : `${texts.length} values`;
}

/** A group's place in the order of a column: the mean of its runs' numbers, or the first text. */
export function groupOrder(column: Column, rows: readonly TableRow[]): number | string | null {
	const orders = rows.map((row) => column.order(row)).filter((order) => order !== null);
	const numbers = orders.filter((order) => typeof order === 'number');
	return numbers.length > 0 ? summary(numbers).mean : (orders[0] ?? null);
}

/**
 * Columns after the run's name: results first, then progress, then identity and costs.
 * `critical`: a run has a critical point, `forks`: a run is a fork.
 */
export const columnsOf = (measures: readonly string[], critical: boolean, forks = false): Column[] => [
	LOSS,
	...measures.filter((key) => key === VALIDATION).map(measureColumn),
	SEED,
	BASELINE_COLUMN,
	...(critical ? [CRITICAL] : []),
	...measures.filter((key) => key !== VALIDATION).map(measureColumn),
	...TRAINING,
	...(forks ? [PARENT] : []),
	...IDENTITY,
];

const VALIDATION = 'validationLoss';

/** Measures that the table shows, over all runs. */
export function measuresOf(runs: readonly RunView[]): string[] {
	const keys = new Map<string, boolean>([[VALIDATION, false]]);
	for (const run of runs) for (const [key, value] of Object.entries(run.metrics)) keys.set(key, Array.isArray(value));
	return runsTableMeasures(keys);
}

function measureColumn(key: string): Column {
	const { label, column, help, unit, formula, format } = measureText(key);
	return {
		id: key,
		heading: column ?? label,
		help: [help, unit && `In ${unit}.`].filter(Boolean).join(' '),
		formula,
		numeric: true,
		order: ({ run }) => overLayers(run.metrics[key]),
		format,
		counted: true,
		text: ({ run }) => {
			const value = run.metrics[key];
			if (value === undefined) return '–';
			return Array.isArray(value) ? layersInBrief(value, format) : format(value);
		},
		title: ({ run }) => {
			const value = run.metrics[key];
			if (!Array.isArray(value)) return undefined;
			return value.map((layer, i) => `layer ${i + 1}: ${Number.isFinite(layer) ? format(layer) : '–'}`).join(', ');
		},
	};
}

/** The number itself, or the mean over layers that have one. */
function overLayers(value: number | number[] | undefined): number | null {
	const there = [value ?? []].flat().filter(Number.isFinite);
	return there.length === 0 ? null : there.reduce((sum, each) => sum + each, 0) / there.length;
}

function stateOf(run: RunView): string {
	if (run.divergedAt !== null) return `stopped at step ${formatCount(run.divergedAt)}`;
	if (run.finished) return 'finished';
	return run.step > 0 ? 'training' : 'waiting';
}
