/** Runs as results, with few points of every curve and a few probes. The reverse of `runsFromResults.ts`. */

import { FIELD_NAMES } from '../../../experiment/fields';
import type { Frame } from '../../../experiment/records/frame';
import type { Metrics } from '../../../experiment/records/metrics';
import {
	type FrameResult,
	type LossPoints,
	type MetricValues,
	RESULTS_VERSION,
	type Results,
	type RunResult,
} from '../../../experiment/results';
import type { Experiment } from '../../../experiment/types';
import { type FrameShape, packFrame } from '../runs/frames';
import { lossAt, lossSteps, type SeriesView, secondsAt, sumAt } from '../runs/lossSeries';
import { evenly, fewMetrics, fewSteps } from '../runs/thinning';
import type { MetricPoint, RunView } from '../store/labSnapshot';
import { base64Of } from './base64';

export interface RecordingLimits {
	/** Largest number of losses of a run, and of its metric events. */
	points: number;
	/** Largest number of probes of a run, the first and the latest included. */
	frames: number;
	/** Largest number of characters of all runs' probes together. Fewer probes are kept if they would exceed it. */
	frameCharacters: number;
}

const SHORT: RecordingLimits = { points: 240, frames: 4, frameCharacters: 4e6 };
/** Probes of a file with every loss and every metric. */
const WHOLE = { frames: 4, frameCharacters: 16e6 };

export interface RecordingContext {
	/** The experiment that was started. */
	experiment: Experiment;
	/** The adapter's name. */
	adapter: string | null;
	when: Date;
}

/** The runs' results. */
export function resultsOf(runs: readonly RunView[], context: RecordingContext, limits = SHORT): Results {
	return { ...headOf(context), runs: [...runResults(runs, context, limits)] };
}

/** The runs' results, computed one run per task, so that the page stays responsive. */
export async function resultsBetweenTasks(runs: readonly RunView[], context: RecordingContext): Promise<Results> {
	const done: RunResult[] = [];
	for (const run of runResults(runs, context, SHORT)) {
		done.push(run);
		await new Promise((resolve) => setTimeout(resolve));
	}
	return { ...headOf(context), runs: done };
}

/**
 * All that is known of the runs, as the text of a .json file in pieces: every loss and measure, and a few probes.
 * `readResults` reads it.
 */
export function* resultsJson(runs: readonly RunView[], context: RecordingContext): Generator<string> {
	yield `${JSON.stringify(headOf(context)).slice(0, -1)},"runs":[`;
	const frames = framesPerRun(runs, WHOLE);
	let between = '\n';
	for (const run of runs) {
		yield between;
		yield* runJson(run, context.experiment, frames);
		between = ',\n';
	}
	yield '\n]}\n';
}

/** A `RunResult` with everything that is known of the run. */
function* runJson(run: RunView, started: Experiment, frames: number): Generator<string> {
	const { series } = run;
	const kept = function* () {
		for (const step of lossSteps(series)) if (Number.isFinite(lossAt(series, step))) yield step;
	};
	yield `${JSON.stringify(runFacts(run, started)).slice(0, -1)},"losses":{`;
	let between = '';
	for (const [name, of] of Object.entries(LOSS_POINT)) {
		yield `${between}"${name}":`;
		yield* listJson(kept(), (step) => of(series, step));
		between = ',';
	}
	yield '},"history":';
	yield* listJson(run.history, pointResult);
	yield ',"frames":';
	yield* listJson(framesOf(run, frames), frameResult, 1);
	yield '}';
}

/** Items of a list in one piece of a file. A piece takes a few milliseconds at most. */
const ITEMS_PER_PIECE = 500;

function* listJson<T>(items: Iterable<T>, of: (item: T) => unknown, most = ITEMS_PER_PIECE): Generator<string> {
	let before = '[';
	let some: unknown[] = [];
	const piece = () => `${before}${JSON.stringify(some).slice(1, -1)}`;
	for (const item of items) {
		some.push(of(item));
		if (some.length < most) continue;
		yield piece();
		before = ',';
		some = [];
	}
	if (some.length > 0 || before === '[') yield piece();
	yield ']';
}

const headOf = ({ experiment, adapter, when }: RecordingContext): Omit<Results, 'runs'> => ({
	version: RESULTS_VERSION,
	recordedAt: when.toISOString(),
	adapter,
	experiment,
});

function* runResults(runs: readonly RunView[], { experiment }: RecordingContext, limits: RecordingLimits): Generator<RunResult> {
	const frames = framesPerRun(runs, limits);
	for (const run of runs) yield runResult(run, experiment, { ...limits, frames });
}

function framesPerRun(runs: readonly RunView[], { frames, frameCharacters }: Pick<RecordingLimits, 'frames' | 'frameCharacters'>): number {
	const characters = Math.max(1, ...runs.map(({ frames: { shape } }) => (shape ? mapCharacters(shape) : 0)));
	return Math.min(frames, Math.floor(frameCharacters / characters / Math.max(1, runs.length)));
}

const runResult = (run: RunView, started: Experiment, { points, frames }: RecordingLimits): RunResult => ({
	...runFacts(run, started),
	losses: lossPoints(run.series, points),
	history: fewMetrics(run.history, points).map(pointResult),
	frames: [...framesOf(run, frames)].map(frameResult),
});

/** A run without its curves and probes. */
function runFacts(run: RunView, started: Experiment): Omit<RunResult, 'losses' | 'history' | 'frames'> {
	const { id, method, group, label, seed, point, experiment, fork, lambdaEdits, parameters, kvCacheBytesPerToken, gpuBytes } = run.info;
	const changed = FIELD_NAMES.filter(
		(name) => name !== 'methods' && name !== 'seeds' && JSON.stringify(experiment[name]) !== JSON.stringify(started[name]),
	);
	return {
		id,
		method,
		group,
		label,
		name: run.name === label ? null : run.name,
		seed,
		...(point > 0 && { point }),
		changes: Object.fromEntries(changed.map((name) => [name, experiment[name]])) as Partial<Experiment>,
		fork,
		moved: lambdaEdits,
		parameters,
		kvCacheBytesPerToken,
		gpuBytes,
		step: run.step,
		finished: run.finished,
		divergedAt: run.divergedAt,
		tokensPerSecond: run.tokensPerSecond,
	};
}

const pointResult = ({ step, metrics }: MetricPoint) => ({ step, metrics: metricValues(metrics) });

function* framesOf({ frames }: RunView, wanted: number): Generator<Frame> {
	for (const index of evenly(frames.steps.length, wanted)) yield frames.at(index);
}

/** Fields that results keep of each loss. */
const LOSS_POINT = {
	steps: (_: SeriesView, step: number) => step,
	values: (series: SeriesView, step: number) => digits(lossAt(series, step), 7),
	sums: (series: SeriesView, step: number) => digits(sumAt(series, step), 12),
	seconds: (series: SeriesView, step: number) => orNull(secondsAt(series, step), 7),
} satisfies Record<keyof LossPoints, unknown>;

/** Smallest and largest loss of each stretch, and the very first and last. */
function lossPoints(series: SeriesView, points: number): LossPoints {
	const steps = fewSteps(series, points).filter((step) => Number.isFinite(lossAt(series, step)));
	const listOf = <T>(of: (series: SeriesView, step: number) => T) => steps.map((step) => of(series, step));
	return {
		steps,
		values: listOf(LOSS_POINT.values),
		sums: listOf(LOSS_POINT.sums),
		seconds: listOf(LOSS_POINT.seconds),
	};
}

function metricValues(metrics: Metrics): MetricValues {
	return Object.fromEntries(
		Object.entries(metrics).map(([name, value]) => [name, Array.isArray(value) ? value.map((each) => orNull(each, 7)) : orNull(value, 7)]),
	);
}

/** Characters of a probe's probabilities as base64. */
const mapCharacters = ({ layers, heads, length }: FrameShape) => (4 / 3) * layers * heads * length * (length + 1);

function frameResult(frame: Frame): FrameResult {
	const { step, layers, heads, tokens, packed, valueNorms, mixedNorms, hiddenNorms, sinkRates } = packFrame(frame);
	const decimals = (values: Float32Array) => Array.from(values, (value) => digits(value, 6));
	return {
		step,
		layers,
		heads,
		tokens,
		// Every machine that a browser runs on is little-endian.
		probabilities: base64Of(new Uint8Array(packed.buffer)),
		valueNorms: decimals(valueNorms),
		mixedNorms: decimals(mixedNorms),
		hiddenNorms: decimals(hiddenNorms),
		sinkRates: decimals(sinkRates),
	};
}

/** Exact as float64, so that a quotient by one of them is the decimal that it looks like. */
const POWERS = Array.from({ length: 23 }, (_, i) => 10 ** i);

/** Rounds to `count` significant digits, which cuts a file to a third. Faster than `toPrecision`, which makes a text. */
function digits(value: number, count: number): number {
	if (value === 0 || !Number.isFinite(value)) return 0;
	const power = count - 1 - Math.floor(Math.log10(Math.abs(value)));
	if (power < 0 || power > 22) return Number(value.toPrecision(count));
	return Math.round(value * POWERS[power]) / POWERS[power];
}

const orNull = (value: number, count: number): number | null => (Number.isFinite(value) ? digits(value, count) : null);
