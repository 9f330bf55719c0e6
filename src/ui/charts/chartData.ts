/** Turns runs into the few points that the chart draws, chosen so that spikes stay visible. Plain functions. */

import { mean } from '../../experiment/statistics';
import { criticalPointOf } from '../../session/client/runs/criticalPoints';
import { bucketBorders } from '../../session/client/runs/decimate';
import { lastAt } from '../../session/client/runs/kept';
import { lastSmoothed } from '../../session/client/runs/lossSeries';
import { baselineRunOf } from '../../session/client/runs/pairing';
import type { RunView } from '../../session/client/store/labSnapshot';
import { formatCount } from '../shared/format';
import { type Curve, commonSteps, gradientCurve, lossCurve, measuredPoints, relativeCurve } from './curves';
import { type ChartGroup, chartGroups } from './groups';
import { type Borders, denseShape, type Line, NO_POINTS, type Shape, sparseShape } from './lines';
import { axisEnd, logTicks, niceTicks, roundOutward, roundOutwardLog } from './ticks';
import type { ChartView } from './view';
import { type Position, positionOf, type XAxis } from './xAxis';

export interface ChartInput {
	/** Every run, hidden ones and the baseline too. */
	runs: readonly RunView[];
	/** The group that others are compared with. */
	baseline: string | null;
	view: ChartView;
	/** Steps of the experiment, for the axis before there are runs. */
	totalSteps: number;
	/** True if the y axis starts at 0. */
	fromZero: boolean;
	/** The lowest value that the task allows; null if it is not known. */
	optimum: number | null;
}

export interface ChartData {
	lines: Line[];
	/** Maps the cursor's step to the x axis: the position of the longest line. */
	reference: Position;
	xDomain: readonly [number, number];
	/** The whole x axis. */
	xExtent: readonly [number, number];
	yDomain: readonly [number, number];
	xTicks: number[];
	yTicks: number[];
	logX: boolean;
	logY: boolean;
	/** Reason why the y axis can't be logarithmic; null if it can. */
	logYProblem: string | null;
	/** Drawn as a dashed line; null if there is none, and on a logarithmic axis that has no place for it. */
	optimum: number | null;
}

/** Buckets per line: fewer if there are many lines. */
const bucketsFor = (lines: number) => (lines <= 12 ? 240 : lines <= 50 ? 120 : 60);

/** The runs of a line, before a part of the x axis is chosen. */
interface Source {
	key: string;
	seed: number | null;
	group: ChartGroup;
	/** Runs that have taken a step. */
	runs: readonly RunView[];
	position: Position;
	/** One past the last step of any run. */
	end: number;
}

/** Everything the chart draws. Takes about a millisecond per dozen runs, however long they are. */
export function chartData({ runs, baseline, view, totalSteps, fromZero, optimum }: ChartInput): ChartData {
	const sources = sourcesOf(runs, baseline, view);
	const logX = view.logX;
	const xExtent = extentOf(sources, view, totalSteps);
	const xDomain = zoomed(view.zoom, xExtent);
	const borders = bucketBorders(xDomain[0], xDomain[1], bucketsFor(sources.length), logX);
	const lines = sources.map((source) => lineOf(source, runs, baseline, view, borders)).filter((line) => line !== null);
	const { low, high } = rangeOf(lines, xDomain);
	const logYProblem = lines.length > 0 && !(low > 0) ? 'A logarithmic axis needs values above 0, and some of these are not.' : null;
	const logY = view.logY && logYProblem === null && low <= high;
	const zero = view.quantity === 'relative' || (fromZero && !logY);
	const level = lines.length > 0 && !(logY && !((optimum ?? 0) > 0)) ? optimum : null;
	const yDomain = yDomainOf(Math.min(low, level ?? low), Math.max(high, level ?? high), logY, zero);
	const furthest = sources.reduce<Source | null>((best, source) => (best && best.end >= source.end ? best : source), null);
	return {
		lines,
		reference: furthest?.position ?? positionOf([], 'steps', runs),
		xDomain,
		xExtent,
		yDomain,
		xTicks: logX ? logTicks(...xDomain) : niceTicks(...xDomain),
		yTicks: lines.length === 0 ? [] : logY ? logTicks(...yDomain) : niceTicks(...yDomain),
		logX,
		logY,
		logYProblem,
		optimum: level,
	};
}

/** One source per group, or one per run. */
function sourcesOf(runs: readonly RunView[], baseline: string | null, { quantity, single, x }: ChartView): Source[] {
	const shown = chartGroups(runs.filter(({ visible }) => visible));
	return shown
		.filter(({ group }) => quantity !== 'relative' || group !== baseline)
		.flatMap((group) => {
			const started = group.runs.filter(({ series }) => series.length > series.first);
			const parts = single ? started.map((run) => [run]) : started.length > 0 ? [started] : [];
			return parts.map((members) => ({
				key: single ? members[0].info.id : group.group,
				seed: single && group.runs.length > 1 ? members[0].info.seed : null,
				group,
				runs: members,
				position: positionOf(members, x, runs),
				end: Math.max(...members.map(({ series }) => series.length)),
			}));
		});
}

/** Smallest end of an axis of summed learning rates that is worth rounding. */
const LEAST_RATES = 1e-6;

/** The whole x axis: to the end of the schedule, or to a round number before it. */
function extentOf(sources: readonly Source[], { x, logX }: ChartView, totalSteps: number): [number, number] {
	if (sources.length === 0) return [logX ? 1 : 0, Math.max(2, totalSteps)];
	let low = Number.POSITIVE_INFINITY;
	let last = 0;
	let total = 0;
	for (const { position, end, runs } of sources) {
		const first = runs[0].series.first;
		low = Math.min(low, position.at(Math.max(1, first)));
		last = Math.max(last, position.at(end));
		total = Math.max(total, scheduled(runs, x, position));
	}
	const from = logX ? (low > 0 ? low : 1) : 0;
	return [from, Math.max(axisEnd(last, total, x === 'rates' ? LEAST_RATES : undefined), from * 1.01, from + 1e-6)];
}

/** The end of these runs' schedule; on an axis of seconds, the end of the runs if all have ended. */
function scheduled(runs: readonly RunView[], x: XAxis, position: Position): number {
	if (x !== 'seconds') return Math.max(...runs.map(({ info }) => position.at(info.experiment.steps)));
	const ended = runs.every(({ finished, divergedAt }) => finished || divergedAt !== null);
	return ended ? position.at(Math.max(...runs.map(({ series }) => series.length))) : Number.POSITIVE_INFINITY;
}

/** The chosen range, limited to the axis; the whole axis if nothing would remain. */
function zoomed(zoom: ChartView['zoom'], [low, high]: readonly [number, number]): readonly [number, number] {
	if (!zoom) return [low, high];
	const from = Math.max(low, zoom[0]);
	const to = Math.min(high, zoom[1]);
	return to > from ? [from, to] : [low, high];
}

function lineOf(source: Source, all: readonly RunView[], baseline: string | null, view: ChartView, borders: Borders): Line | null {
	const { group, runs, position, key, seed } = source;
	const shaped = shapeOf(source, all, baseline, view, borders);
	if (!shaped) return null;
	const { shape, averaged, length } = shaped;
	return {
		...shape,
		key,
		group: group.group,
		label: group.label,
		seed,
		style: group.style,
		runs: averaged,
		length,
		position,
		markers: view.quantity === 'loss' ? markersOf(runs, position, borders) : NO_POINTS,
		crossings: view.quantity === 'relative' ? averaged.flatMap((run) => crossingAt(run, baselineRunOf(run, all, baseline), position)) : [],
		stopped: view.quantity === 'loss' ? runs.flatMap((run) => stoppedAt(run, position)) : [],
		ended: runs.every(({ divergedAt }) => divergedAt !== null),
	};
}

interface Shaped {
	shape: Shape;
	averaged: RunView[];
	length: number;
}

function shapeOf(source: Source, all: readonly RunView[], baseline: string | null, view: ChartView, borders: Borders): Shaped | null {
	const { position } = source;
	const curves = view.quantity === 'loss' || view.quantity === 'gradient' || view.quantity === 'relative';
	if (curves) {
		const found = source.runs.map((run) => curveOf(run, all, baseline, view)).filter((curve) => curve !== null && curve.to > curve.from);
		const [together, apart] = splitDiverged(found as Curve[], ({ run }) => run);
		if (together.length === 0) return null;
		const { length, ...shape } = denseShape(together, apart, view.smoothing > 1 || view.quantity === 'relative', position, borders);
		return { shape, averaged: together.map(({ run }) => run), length };
	}
	const points = source.runs.map((run) => ({ run, ...measuredPoints(run, view.quantity) })).filter(({ steps }) => steps.length > 0);
	const [together, apart] = splitDiverged(points, ({ run }) => run);
	if (together.length === 0) return null;
	const { length, ...shape } = sparseShape(together, apart, position, borders);
	return { shape, averaged: together.map(({ run }) => run), length };
}

/** Splits seeds into those that are averaged and those that diverged, which would cut the mean of the others short. */
function splitDiverged<T>(seeds: readonly T[], runOf: (seed: T) => RunView): [T[], T[]] {
	const together = seeds.filter((seed) => runOf(seed).divergedAt === null);
	return together.length > 0 ? [together, seeds.filter((seed) => !together.includes(seed))] : [[...seeds], []];
}

function curveOf(run: RunView, all: readonly RunView[], baseline: string | null, { quantity, smoothing }: ChartView): Curve | null {
	if (quantity === 'loss') return lossCurve(run, smoothing);
	if (quantity === 'gradient') return gradientCurve(run, smoothing);
	const other = baselineRunOf(run, all, baseline);
	return other ? relativeCurve(run, other) : null;
}

/** Most markers per line, so that they do not overlap. */
const MOST_MARKERS = 24;

/** Validation losses in the range shown, at steps that every averaged seed has: evenly spaced ones and the last. */
function markersOf(runs: readonly RunView[], { at, stepAt }: Position, borders: Borders) {
	const [together] = splitDiverged(runs, (run) => run);
	const measured = together.map((run) => measuredPoints(run, 'validationLoss')).filter(({ steps }) => steps.length > 0);
	if (measured.length === 0) return NO_POINTS;
	const [from, to] = [stepAt(borders[0]), stepAt(borders[borders.length - 1])];
	const steps = commonSteps(measured.map(({ steps }) => steps)).filter((step) => step >= from && step <= to);
	const every = Math.ceil(steps.length / MOST_MARKERS);
	const kept = steps.filter((_, i) => i % every === 0 || i === steps.length - 1);
	const valueAt = (step: number) => mean(measured.map(({ steps, values }) => values[lastAt(steps, step)]));
	return { xs: kept.map(at), ys: kept.map(valueAt) };
}

function crossingAt(run: RunView, baseline: RunView | undefined, position: Position): Line['crossings'] {
	const step = criticalPointOf(run, baseline);
	if (typeof step !== 'number') return [];
	return [{ x: position.at(step), text: `${run.name}, seed ${run.info.seed}: passed by ${baseline?.name} at step ${formatCount(step)}` }];
}

function stoppedAt(run: RunView, position: Position): Line['stopped'] {
	const { divergedAt, info, name, series } = run;
	if (divergedAt === null) return [];
	const y = lastSmoothed(series, 1);
	if (y === null) return [];
	return [{ x: position.at(divergedAt), y, text: `${name}, seed ${info.seed}: NaN at step ${divergedAt}` }];
}

/** The smallest and the largest value inside the x domain that is drawn as a line, band or marker; faint lines may leave it. */
function rangeOf(lines: readonly Line[], [from, to]: readonly [number, number]): { low: number; high: number } {
	let low = Number.POSITIVE_INFINITY;
	let high = Number.NEGATIVE_INFINITY;
	const take = (xs: readonly number[], ys: readonly number[]) => {
		for (let i = 0; i < ys.length; i++) {
			if (xs[i] < from || xs[i] > to) continue;
			if (ys[i] < low) low = ys[i];
			if (ys[i] > high) high = ys[i];
		}
	};
	for (const { main, band, markers, tails } of lines) {
		for (const { xs, ys } of [main, markers, ...tails]) take(xs, ys);
		if (band) {
			take(band.xs, band.low);
			take(band.xs, band.high);
		}
	}
	return { low, high };
}

/** Rounded outward, so that the axis seldom moves. */
function yDomainOf(low: number, high: number, logarithmic: boolean, zero: boolean): [number, number] {
	if (low > high) return [0, 1];
	if (logarithmic) return roundOutwardLog(low, high);
	return roundOutward(zero ? Math.min(0, low) : low, zero ? Math.max(0, high) : high);
}
