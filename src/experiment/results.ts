/**
 * What a training found, as plain JSON: a few points of every curve and a few probes, so that a recorded answer can be
 * shown, kept in the browser and handed on as a file. Numbers that are none (NaN) are null.
 */
import { forkExperiment, isForkField } from './fork';
import { fail, Reader, Refusal } from './reader';
import type { ForkOrigin, LambdaChange } from './records/run';
import type { Experiment, Problem } from './types';
import { readExperiment } from './validate';

export const RESULTS_VERSION = 1;

export interface Results {
	version: typeof RESULTS_VERSION;
	/** When it was recorded, ISO 8601. */
	recordedAt: string;
	/** The adapter's name; null where it is not known. */
	adapter: string | null;
	/** What was started. */
	experiment: Experiment;
	runs: RunResult[];
}

export interface RunResult {
	id: string;
	method: string;
	/** Runs of a group differ by their seed alone. */
	group: string;
	label: string;
	/** The user's own name for it. */
	name: string | null;
	seed: number;
	/** Where what it trained differs from the experiment above; of a method and a seed it trained one. */
	changes: Partial<Experiment>;
	fork: ForkOrigin | null;
	moved: LambdaChange[];
	parameters: number;
	kvCacheBytesPerToken: number;
	gpuBytes: number;
	/** Updates done. */
	step: number;
	finished: boolean;
	divergedAt: number | null;
	tokensPerSecond: number | null;
	losses: LossPoints;
	history: { step: number; metrics: MetricValues }[];
	frames: FrameResult[];
}

/** Losses that are numbers at some steps, ascending; the lists are of one length. */
export interface LossPoints {
	steps: number[];
	values: number[];
	/** Sum of all losses before each of the steps, also of those that are not here: means over stretches stay exact. */
	sums: number[];
	/** The run's own time in training, seconds. */
	seconds: (number | null)[];
}

export type MetricValues = Record<string, number | null | (number | null)[]>;

/** A probe: probabilities as 16-bit numbers, the rest as decimals. */
export interface FrameResult {
	step: number;
	layers: number;
	heads: number;
	/** What each of the T tokens shows. */
	tokens: string[];
	/** round(65535·p) of the lower triangles [layers, heads, T(T+1)/2], 16-bit little-endian, as base64. */
	probabilities: string;
	/** [layers, T] each. */
	valueNorms: number[];
	mixedNorms: number[];
	hiddenNorms: number[];
	/** [layers, heads] */
	sinkRates: number[];
}

/** More runs than any training has. */
const MAX_RESULT_RUNS = 500;
const MAX_STEP = 1_000_000;
/** Most numbers that one file's curves may unfold to: recorded curves are kept by step. */
const MAX_TOTAL_STEPS = 10_000_000;
/** Most probabilities of a probe, all layers and heads together. */
const MAX_MAP = 2 ** 26;

/**
 * Reads results from parsed JSON. Never throws: a run that is wrong is left out and named, and `results` is null where
 * nothing can be read. Fields of experiments fall back as `readExperiment` says.
 */
export function readResults(json: unknown): { results: Results | null; problems: Problem[] } {
	const problems: Problem[] = [];
	try {
		const top = Reader.of(json, 'results');
		const version = top.value('version');
		if (version !== RESULTS_VERSION)
			fail('version', `must be ${RESULTS_VERSION}: this is no results file, or of another version of this page`);
		const { experiment, problems: wrong } = readExperiment(top.record('experiment'));
		problems.push(...wrong.map(({ field, message }) => ({ field: `experiment.${field}`, message })));
		const recordedAt = top.text('recordedAt');
		if (Number.isNaN(Date.parse(recordedAt))) fail('recordedAt', 'must be a date and time');
		const listed = top.list('runs', MAX_RESULT_RUNS);
		const ids = new Set<string>();
		let total = 0;
		const runs = listed.flatMap((item, i) => {
			const path = `runs[${i}]`;
			try {
				const run = readRun(Reader.of(item, path), experiment);
				if (ids.has(run.id)) fail(`${path}.id`, 'is that of another run');
				if (total + run.step > MAX_TOTAL_STEPS) fail(path, `goes beyond ${MAX_TOTAL_STEPS} steps of all runs together`);
				ids.add(run.id);
				total += run.step;
				return [run];
			} catch (error) {
				if (!(error instanceof Refusal)) throw error;
				problems.push({ field: error.field, message: `${error.message}; the run is left out` });
				return [];
			}
		});
		if (runs.length === 0 && listed.length > 0) return { results: null, problems };
		const results: Results = { version: RESULTS_VERSION, recordedAt, adapter: top.textOrNull('adapter'), experiment, runs };
		return { results, problems };
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return { results: null, problems: [...problems, { field: error.field, message: error.message }] };
	}
}

/** What a run trained. */
export const experimentOf = (run: Pick<RunResult, 'changes' | 'method' | 'seed'>, experiment: Experiment): Experiment => ({
	...experiment,
	...run.changes,
	methods: [run.method],
	seeds: [run.seed],
});

function readRun(run: Reader, experiment: Experiment): RunResult {
	const step = run.whole('step', MAX_STEP);
	const result: RunResult = {
		id: run.text('id'),
		method: run.text('method'),
		group: run.text('group'),
		label: run.text('label'),
		name: run.textOrNull('name'),
		seed: run.whole('seed', 0xffffffff),
		changes: run.record('changes') as Partial<Experiment>,
		fork: run.value('fork') === null ? null : readFork(run.child('fork')),
		moved: run.list('moved', 10_000).map((item, i) => readMoved(Reader.of(item, `${run.path}.moved[${i}]`))),
		parameters: run.whole('parameters'),
		kvCacheBytesPerToken: run.whole('kvCacheBytesPerToken'),
		gpuBytes: run.whole('gpuBytes'),
		step,
		finished: run.flag('finished'),
		divergedAt: run.value('divergedAt') === null ? null : run.whole('divergedAt', MAX_STEP),
		tokensPerSecond: run.numberOrNull('tokensPerSecond'),
		losses: readLosses(run.child('losses')),
		history: run.list('history', MAX_STEP).map((item, i) => readPoint(Reader.of(item, `${run.path}.history[${i}]`))),
		frames: run.list('frames', 10_000).map((item, i) => readFrame(Reader.of(item, `${run.path}.frames[${i}]`))),
	};
	if ((result.losses.steps.at(-1) ?? 0) > step) fail(`${run.path}.losses.steps`, `must not go beyond the run's step ${step}`);
	// What a run says of its experiment must be an experiment; a form or a fork may be filled with it.
	const trained = experimentOf(result, experiment);
	const { problems } = readExperiment(trained);
	if (problems.length > 0) fail(`${run.path}.changes`, problems[0].message);
	if (result.fork) checkChange(`${run.path}.fork.change`, result.fork.change, trained);
	ascending(`${run.path}.history`, result.history);
	ascending(`${run.path}.frames`, result.frames);
	return result;
}

function readFork(fork: Reader): RunResult['fork'] {
	return { from: fork.text('from'), step: fork.whole('step', MAX_STEP), change: fork.record('change') as Partial<Experiment> };
}

/** What a fork changed is put into words and may be done again: it must be one thing that a fork can change. */
function checkChange(path: string, change: Partial<Experiment>, trained: Experiment): void {
	const names = Object.keys(change);
	if (names.length !== 1 || !isForkField(names[0])) fail(path, 'must be one thing that a fork can change');
	const { problems } = readExperiment(forkExperiment(trained, change));
	if (problems.length > 0) fail(path, problems[0].message);
}

function readMoved(moved: Reader): RunResult['moved'][number] {
	const lambdas = moved.list('lambdas', 10_000).map((item, i) => {
		const edit = Reader.of(item, `${moved.path}.lambdas[${i}]`);
		return {
			layer: edit.whole('layer', 1000),
			index: edit.whole('index', 1000),
			value: edit.number('value'),
			label: edit.text('label'),
			...(edit.value('everyLayer') === true ? { everyLayer: true as const } : {}),
		};
	});
	return { step: moved.whole('step', MAX_STEP), lambdas };
}

function readLosses(losses: Reader): LossPoints {
	const steps = losses.numbers('steps', MAX_STEP);
	const points: LossPoints = {
		steps,
		values: losses.numbers('values', steps.length, steps.length),
		sums: losses.numbers('sums', steps.length, steps.length),
		seconds: losses.numbersOrNull('seconds', steps.length),
	};
	steps.forEach((step, i) => {
		if (!Number.isInteger(step) || step < 0 || step > MAX_STEP || (i > 0 && step <= steps[i - 1]))
			fail(`${losses.path}.steps`, `must be whole numbers from 0 to ${MAX_STEP}, ascending`);
	});
	return points;
}

function readPoint(point: Reader): RunResult['history'][number] {
	const metrics: MetricValues = {};
	for (const name of Object.keys(point.record('metrics'))) {
		const child = point.child('metrics');
		// Not by assignment: a key such as `__proto__` is a name like any other.
		const value = Array.isArray(child.value(name)) ? child.numbersOrNull(name) : child.numberOrNull(name);
		Object.defineProperty(metrics, name, { value, enumerable: true, writable: true, configurable: true });
	}
	return { step: point.whole('step', MAX_STEP), metrics };
}

function readFrame(frame: Reader): FrameResult {
	const [layers, heads] = [frame.whole('layers', 1000, 1), frame.whole('heads', 1000, 1)];
	const tokens = frame.list('tokens', 4096);
	if (tokens.length === 0 || !tokens.every((token): token is string => typeof token === 'string'))
		fail(`${frame.path}.tokens`, 'must be a list of one or more texts');
	const length = tokens.length;
	if (layers * heads * length ** 2 > MAX_MAP) fail(frame.path, 'is too large');
	const probabilities = frame.text('probabilities', 4 * MAX_MAP);
	const bytes = layers * heads * length * (length + 1);
	if (probabilities.length !== 4 * Math.ceil(bytes / 3) || !/^[A-Za-z0-9+/]+={0,2}$/.test(probabilities))
		fail(`${frame.path}.probabilities`, `must be base64 of ${bytes} bytes`);
	const norms = (name: string) => frame.numbers(name, layers * length, layers * length);
	return {
		step: frame.whole('step', MAX_STEP),
		layers,
		heads,
		tokens: tokens as string[],
		probabilities,
		valueNorms: norms('valueNorms'),
		mixedNorms: norms('mixedNorms'),
		hiddenNorms: norms('hiddenNorms'),
		sinkRates: frame.numbers('sinkRates', layers * heads, layers * heads),
	};
}

function ascending(path: string, points: readonly { step: number }[]): void {
	if (points.some(({ step }, i) => i > 0 && step <= points[i - 1].step)) fail(path, 'must be in the order of steps');
}
