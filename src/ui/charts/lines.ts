/** From the runs of a group to one line: the mean over its seeds at the steps that all of them have, and their range. */

import type { RunStyle } from '../../experiment/methods/descriptor';
import { decimate } from '../../session/client/runs/decimate';
import { keptFrom, lastAt } from '../../session/client/runs/kept';
import { extremesOf } from '../../session/client/runs/pyramid';
import type { RunView } from '../../session/client/store/labSnapshot';
import { type Curve, commonSteps, type measuredPoints } from './curves';
import type { Position } from './xAxis';

/** Points in the units of the axes, xs ascending. */
export interface Polyline {
	xs: number[];
	ys: number[];
}

export interface Band {
	xs: number[];
	low: number[];
	high: number[];
}

/** A value with the range over seeds; `low` = `high` for one. */
export interface Spread {
	mean: number;
	low: number;
	high: number;
}

export interface Shape {
	/** The line itself: one seed's, or the mean. */
	main: Polyline;
	/** Smallest and largest over the seeds; null for one seed. */
	band: Band | null;
	/** Unsmoothed values with their spikes, drawn behind; null if they are not. */
	raw: Polyline | null;
	/** Seeds that are ahead of the others or diverged, each drawn alone from there on. */
	tails: Polyline[];
	/** The value at a step; null if there is none. */
	read(step: number): Spread | null;
}

/** One line of the chart. */
export interface Line extends Shape {
	/** Key of the group, or the run's id if seeds are drawn one by one. */
	key: string;
	group: string;
	/** Label of the group. */
	label: string;
	/** The seed, if seeds are drawn one by one and the group has several; otherwise null. */
	seed: number | null;
	style: RunStyle;
	/** The runs that `main` averages. */
	runs: readonly RunView[];
	/** One past its last step. */
	length: number;
	position: Position;
	/** Validation losses. */
	markers: Polyline;
	/** Points at which runs stopped because their loss was NaN. */
	stopped: { x: number; y: number; text: string }[];
	/** Critical points of its runs: the steps at which the baseline passes them. */
	crossings: { x: number; text: string }[];
	/** True if all of its runs stopped like this. */
	ended: boolean;
}

/** Borders of the buckets of the range shown, ascending, in the units of the x axis. */
export type Borders = readonly number[];

export const NO_POINTS: Polyline = { xs: [], ys: [] };

/** Mean, smallest and largest of `count` values; null if one of them is NaN. */
function spreadOf(count: number, value: (i: number) => number): Spread | null {
	let sum = 0;
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	for (let i = 0; i < count; i++) {
		const v = value(i);
		if (!Number.isFinite(v)) return null;
		sum += v;
		if (v < low) low = v;
		if (v > high) high = v;
	}
	return count > 0 ? { mean: sum / count, low, high } : null;
}

/** Whole steps at the borders of the buckets: those inside [from, to), and one more on either side. */
function stepEdges(borders: readonly number[], position: Position, from: number, to: number): number[] {
	if (to <= from) return [];
	const start = Math.max(from, position.stepAt(borders[0]) - 1);
	const end = Math.min(to, position.stepAt(borders[borders.length - 1]) + 1);
	if (end <= start) return [];
	const edges = [start];
	for (let i = 1; i < borders.length - 1; i++) {
		const step = position.stepAt(borders[i]);
		if (step >= end) break;
		if (step > edges[edges.length - 1]) edges.push(step);
	}
	edges.push(end);
	return edges;
}

/** The first step of a range of buckets, and the last of each. */
function samples(edges: readonly number[], curve: Curve): number[] {
	const steps: number[] = [];
	const push = (step: number) => {
		const kept = curve.kept(step);
		if (kept >= edges[0] && kept !== steps[steps.length - 1]) steps.push(kept);
	};
	if (edges.length > 0) push(edges[0]);
	for (let b = 1; b < edges.length; b++) push(edges[b] - 1);
	return steps;
}

const rawLine = ({ values, steps }: NonNullable<Curve['raw']>, edges: readonly number[], position: Position): Polyline => {
	const points = decimate(values, edges, steps);
	return { xs: points.steps.map(position.at), ys: points.values };
};

/** One seed alone over [from, to). */
function single(curve: Curve, from: number, to: number, position: Position, borders: Borders): Polyline {
	const line: Polyline = { xs: [], ys: [] };
	for (const step of samples(stepEdges(borders, position, from, to), curve)) {
		const y = curve.at(step);
		if (!Number.isFinite(y)) continue;
		line.xs.push(position.at(step));
		line.ys.push(y);
	}
	return line;
}

/**
 * The line of curves with a value per step. `together` are averaged, `apart` are drawn separately. With `smoothed` false it
 * draws every value that there is room for.
 */
export function denseShape(
	together: readonly Curve[],
	apart: readonly Curve[],
	smoothed: boolean,
	position: Position,
	borders: Borders,
): Shape & { length: number } {
	const from = Math.max(...together.map((curve) => curve.from));
	const to = Math.min(...together.map((curve) => curve.to));
	const edges = stepEdges(borders, position, from, to);
	const [first] = together;
	const one = together.length === 1;
	const bucket = (borders[borders.length - 1] - borders[0]) / borders.length;
	const ahead = together.filter((curve) => position.at(curve.to) - position.at(to) > bucket);
	const tails = [
		...ahead.map((curve) => single(curve, Math.max(to - 1, curve.from), curve.to, position, borders)),
		...apart.map((curve) => single(curve, curve.from, curve.to, position, borders)),
	].filter(({ xs }) => xs.length > 1);
	const read = (step: number) =>
		step >= from && step < to ? spreadOf(together.length, (i) => together[i].at(together[i].kept(step))) : null;
	const raw = one && first.raw ? rawLine(first.raw, edges, position) : null;
	if (raw && !smoothed) return { main: raw, band: null, raw: null, tails, read, length: to };
	const main: Polyline = { xs: [], ys: [] };
	const band: Band = { xs: [], low: [], high: [] };
	const extremes = smoothed || one ? null : together.map(({ raw }) => (raw ? extremesOf(raw.values) : null));
	const steps = samples(edges, first);
	steps.forEach((step, i) => {
		const found = read(step);
		if (!found) return;
		const x = position.at(step);
		main.xs.push(x);
		main.ys.push(found.mean);
		if (one) return;
		band.xs.push(x);
		let { low, high } = found;
		// Without smoothing the range is that of every step since the last point, so that a spike shows.
		if (extremes && i > 0)
			extremes.forEach((query, j) => {
				const { raw } = together[j];
				if (!query || !raw) return;
				const { smallest, largest } = query(keptFrom(raw.steps, steps[i - 1] + 1), keptFrom(raw.steps, step + 1));
				if (smallest < 0) return;
				low = Math.min(low, raw.values[smallest]);
				high = Math.max(high, raw.values[largest]);
			});
		band.low.push(low);
		band.high.push(high);
	});
	return { main, band: one ? null : band, raw, tails, read, length: to };
}

/** The line of a measurement that is not taken at every step: at the steps at which all of `together` have it. */
export function sparseShape(
	together: readonly Measured[],
	apart: readonly Measured[],
	position: Position,
	borders: Borders,
): Shape & { length: number } {
	const steps = commonSteps(together.map((points) => points.steps));
	const last = steps[steps.length - 1] ?? -1;
	const one = together.length === 1;
	const at = (step: number) =>
		spreadOf(together.length, (i) => {
			const { steps, values } = together[i];
			return values[lastAt(steps, step)];
		});
	const read = (step: number) => (steps.length > 0 && step >= steps[0] ? at(steps[lastAt(steps, step)]) : null);
	const ahead = together.filter((points) => last >= 0 && points.steps[points.steps.length - 1] > last);
	const tails = [
		...ahead.map(({ steps, values }) => thinned(steps, (i) => values[i], lastAt(steps, last), position, borders)),
		...apart.map(({ steps, values }) => thinned(steps, (i) => values[i], 0, position, borders)),
	].filter(({ xs }) => xs.length > 1);
	const main = thinned(steps, (i) => at(steps[i])?.mean ?? Number.NaN, 0, position, borders);
	const band: Band | null = one ? null : { xs: main.xs, low: [], high: [] };
	if (band)
		for (const step of main.steps) {
			const found = at(step);
			band.low.push(found?.low ?? Number.NaN);
			band.high.push(found?.high ?? Number.NaN);
		}
	return { main, band, raw: null, tails, read, length: last + 1 };
}

/** Values of one run by the steps at which they were taken. */
export type Measured = ReturnType<typeof measuredPoints>;

/** At most the smallest and the largest value per bucket, from index `first` of `steps` on. */
function thinned(
	steps: readonly number[],
	value: (i: number) => number,
	first: number,
	position: Position,
	borders: Borders,
): Polyline & { steps: number[] } {
	const line = { steps: [] as number[], xs: [] as number[], ys: [] as number[] };
	const push = (i: number, y: number) => {
		line.steps.push(steps[i]);
		line.xs.push(position.at(steps[i]));
		line.ys.push(y);
	};
	let i = Math.max(first, lastAt(steps, position.stepAt(borders[0]) - 1));
	const end = Math.min(steps.length, lastAt(steps, position.stepAt(borders[borders.length - 1])) + 2);
	const every = Math.ceil((end - i) / (2 * borders.length));
	for (; i < end; i += every) {
		let low = -1;
		let high = -1;
		let min = Number.POSITIVE_INFINITY;
		let max = Number.NEGATIVE_INFINITY;
		for (let j = i; j < Math.min(end, i + every); j++) {
			const y = value(j);
			if (y < min) [min, low] = [y, j];
			if (y > max) [max, high] = [y, j];
		}
		if (low < 0) continue;
		push(Math.min(low, high), low <= high ? min : max);
		if (low !== high) push(Math.max(low, high), low <= high ? max : min);
	}
	return line;
}
