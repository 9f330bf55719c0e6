/** A sweep's cells as lines over the x axis, and as the frontier of cost against loss. Plain functions. */
import { type FieldName, fieldOf, labelInSentence } from '../../../experiment/fields';
import type { RunStyle } from '../../../experiment/methods/descriptor';
import type { Experiment } from '../../../experiment/types';
import { logTicks, niceTicks, roundOutward } from '../ticks';
import type { CellValues, RunValue } from './cells';
import type { SweepQuantity } from './quantities';

export interface SweepLine {
	key: string;
	label: string;
	method: string;
	style: RunStyle;
	/** Ascending in x. */
	values: CellValues[];
}

/** Dashes of a method's lines at the values of a second field. */
const DASHES = ['', '6 3', '2 2', '10 3 2 3', '1 4', '14 4'];

/** One line per method, and per value of a second field that the one on the x axis leaves free. */
export function linesOf(values: readonly CellValues[], x: SweepQuantity, swept: readonly FieldName[]): SweepLine[] {
	const free = freeFields(values, x, swept);
	const dashes = new Map<string, string>();
	const lines = new Map<string, SweepLine>();
	for (const each of values) {
		if (each.n === 0) continue;
		const { method, style, experiment } = each.cell;
		const joined = x.lineOf?.(method);
		const label = joined ?? each.cell.label;
		const fixed = fixedText(experiment, free);
		const key = `${joined ?? method} ${fixed}`;
		const line = lines.get(key);
		if (line) {
			line.values.push(each);
			continue;
		}
		if (!dashes.has(fixed)) dashes.set(fixed, DASHES[dashes.size % DASHES.length]);
		const dash = fixed === '' ? style.dash : (dashes.get(fixed) ?? '');
		lines.set(key, { key, label: [label, fixed].filter(Boolean).join(', '), method, style: { ...style, dash }, values: [each] });
	}
	for (const line of lines.values()) line.values.sort((a, b) => a.x - b.x);
	return [...lines.values()];
}

const fixedText = (experiment: Experiment, free: readonly FieldName[]): string =>
	free.map((name) => `${labelInSentence(name)} ${experiment[name]}`).join(', ');

/** Text of a cell's place on the x axis, with the fields that this place leaves free: `2`, or `2 with learning rate 0.001`. */
export function placeText(values: readonly CellValues[], x: SweepQuantity, swept: readonly FieldName[]): (each: CellValues) => string {
	const free = freeFields(values, x, swept);
	return (each) => [x.format(each.x), fixedText(each.cell.experiment, free)].filter(Boolean).join(' with ');
}

/** Swept number fields that have several values at one value of the swept field on the x axis; none if a derived quantity is there. */
function freeFields(values: readonly CellValues[], x: SweepQuantity, swept: readonly FieldName[]): FieldName[] {
	if (!swept.includes(x.key as FieldName)) return [];
	return swept.filter((name) => {
		if (name === x.key || fieldOf(name).kind !== 'number') return false;
		const seen = new Map<number, unknown>();
		return values.some(({ x: at, cell }) => {
			if (!seen.has(at)) seen.set(at, cell.experiment[name]);
			return seen.get(at) !== cell.experiment[name];
		});
	});
}

/** Cells that no other beats: of those that cost at most as much, none has a smaller loss. Ascending in cost. */
function frontier(values: readonly CellValues[]): CellValues[] {
	const kept: CellValues[] = [];
	for (const each of values.filter(({ n }) => n > 0).toSorted((a, b) => a.x - b.x || a.mean - b.mean)) {
		const last = kept[kept.length - 1];
		if (!last || each.mean < last.mean) kept.push(each);
	}
	return kept;
}

/** A run's mark in the chart, in the units of the axes. */
export interface Mark extends RunValue {
	x: number;
	line: SweepLine;
}

/** Everything the chart draws. */
export interface SweepChartData {
	lines: SweepLine[];
	/** Ascending in x, then in y. */
	marks: Mark[];
	/** Cells of the frontier; empty if lines join the cells of a method. */
	frontier: CellValues[];
	xDomain: readonly [number, number];
	yDomain: readonly [number, number];
	xTicks: number[];
	yTicks: number[];
	logX: boolean;
	/** False if the places on the x axis have no order: no line joins them. */
	ordered: boolean;
	/** The values that are possible: intervals end there. */
	limits: readonly [number, number];
}

/** Largest number of values of a swept field that each get a tick. */
const MOST_TICKS = 8;
/** Largest ratio of a linear axis whose smallest value is above 0. */
const LINEAR = 6;

interface Drawing extends Pick<SweepChartData, 'ordered' | 'limits'> {
	/** The y axis includes 0. */
	zero: boolean;
	/** The frontier is drawn. */
	cost: boolean;
}

export function sweepChartData(lines: SweepLine[], { zero, cost, ordered, limits }: Drawing): SweepChartData {
	const all = lines.flatMap(({ values }) => values);
	const marks = lines
		.flatMap((line) => line.values.flatMap(({ x, runs }) => runs.map((value) => ({ ...value, x, line }))))
		.sort((a, b) => a.x - b.x || a.y - b.y);
	const xs = [...new Set(all.map(({ x }) => x))].sort((a, b) => a - b);
	const [low, high] = [xs[0] ?? 0, xs[xs.length - 1] ?? 1];
	const logX = low > 0 && high / low >= LINEAR;
	const xDomain = widened(low, high, logX);
	const yDomain = yDomainOf(
		marks.map(({ y }) => y),
		all,
		zero,
		limits,
	);
	const few = xs.length <= MOST_TICKS && !crowded(xs, xDomain, logX);
	return {
		lines,
		marks,
		frontier: cost ? frontier(all) : [],
		xDomain,
		yDomain,
		xTicks: few ? xs : logX ? logTicks(...xDomain) : niceTicks(...xDomain),
		yTicks: marks.length === 0 ? [] : niceTicks(...yDomain),
		logX,
		ordered,
		limits,
	};
}

/** Of all values, and of their intervals as far as these do not make the values unreadable: of two seeds they may be very wide. */
function yDomainOf(
	values: readonly number[],
	cells: readonly CellValues[],
	zero: boolean,
	[least, most]: SweepChartData['limits'],
): [number, number] {
	if (values.length === 0) return [0, 1];
	const low = Math.min(...values, zero ? 0 : Number.POSITIVE_INFINITY);
	const high = Math.max(...values, zero ? 0 : Number.NEGATIVE_INFINITY);
	const reach = high - low;
	const bottom = Math.min(low, ...cells.map(({ mean, half }) => Math.max(mean - (half ?? 0), low - reach, least)));
	const top = Math.max(high, ...cells.map(({ mean, half }) => Math.min(mean + (half ?? 0), high + reach, most)));
	return roundOutward(bottom, top);
}

/** A little more than [low, high] on both sides, so that marks at the ends are not on the border. */
function widened(low: number, high: number, logarithmic: boolean): [number, number] {
	if (logarithmic) {
		const factor = (high / low) ** 0.06;
		return [low / factor, high * factor];
	}
	const room = high > low ? 0.06 * (high - low) : Math.max(1e-9, 0.5 * Math.abs(high) || 0.5);
	return [low - room, high + room];
}

/** Least distance between two ticks, as a share of the axis. */
const LEAST_GAP = 0.07;

function crowded(xs: readonly number[], [low, high]: readonly [number, number], logarithmic: boolean): boolean {
	const at = (x: number) => (logarithmic ? Math.log(x / low) / Math.log(high / low) : (x - low) / (high - low));
	return xs.some((x, i) => i > 0 && at(x) - at(xs[i - 1]) < LEAST_GAP);
}
