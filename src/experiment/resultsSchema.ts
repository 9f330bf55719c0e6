/** The shape of a results file. Refusals name the invalid part by its path, such as `runs[3].step`. */
import * as v from 'valibot';
import type { FrameResult, LossPoints, MetricValues, RunResult } from './results';
import { MAX_SWEEP_RUNS } from './sweep';
import type { Experiment } from './types';

/** Refuses a part of the file. `message` starts with `field`, the part's path. */
export class Refusal extends Error {
	constructor(
		readonly field: string,
		message: string,
	) {
		super(message);
	}
}

/** Refuses the part at `path`; `rule` follows the path in the message. @throws Refusal */
export function refuse(path: string, rule: string): never {
	throw new Refusal(path, `${path} ${rule}`);
}

/** Reads `json`, the part of the file at `path`. @throws Refusal */
export function parse<Output>(schema: v.GenericSchema<unknown, Output>, json: unknown, path = ''): Output {
	const result = v.safeParse(schema, json, { abortEarly: true });
	if (result.success) return result.output;
	const [issue] = result.issues;
	const keys = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
	return refuse(`${path}${keys}`.replace(/^\./, '') || 'the file', issue.message);
}

const MAX_STEP = 1_000_000;
/** Largest number of probabilities of a frame, all layers and heads together. */
const MAX_MAP = 2 ** 26;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const object = <Entries extends v.ObjectEntries>(entries: Entries) =>
	v.object(entries, ({ path }) => (path ? 'is missing' : 'must be an object'));

const list = <Item extends v.GenericSchema<unknown, unknown>>(item: Item, most: number) => {
	const rule = `must be a list of at most ${most} parts`;
	return v.pipe(
		v.custom<unknown[]>((value) => Array.isArray(value) && value.length <= most, rule),
		v.array(item, rule),
	);
};

/** A text of at most `most` UTF-16 units. */
const text = (most = 1000) => {
	const rule = `must be a text of at most ${most} characters`;
	return v.pipe(v.string(rule), v.maxLength(most, rule));
};

const whole = (most = Number.MAX_SAFE_INTEGER, least = 0) => {
	const rule = `must be a whole number from ${least} to ${most}`;
	return v.pipe(v.number(rule), v.integer(rule), v.minValue(least, rule), v.maxValue(most, rule));
};

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isNumberOrNull = (value: unknown): value is number | null => value === null || isNumber(value);

const number = v.custom<number>(isNumber, 'must be a number');
const numberOrNull = v.custom<number | null>(isNumberOrNull, 'must be a number or null');
/** One check for the whole list: valibot takes too long over millions of losses item by item. */
const numbers = v.custom<number[]>((value) => Array.isArray(value) && value.every(isNumber), 'must be a list of numbers');
const numbersOrNull = (most: number) =>
	v.custom<(number | null)[]>(
		(value) => Array.isArray(value) && value.length <= most && value.every(isNumberOrNull),
		`must be a list of at most ${most} numbers or null`,
	);
const flag = v.boolean('must be true or false');
/** An experiment or some of its fields, which `readExperiment` checks later. */
const experimentPart = v.custom<Partial<Experiment>>(isObject, 'must be an object');

const step = whole(MAX_STEP);

export const resultsSchema = object({
	version: v.literal(1, 'must be 1: this is not a results file, or it is from another version of this page'),
	recordedAt: v.pipe(
		text(),
		v.check((date) => !Number.isNaN(Date.parse(date)), 'must be a date and time'),
	),
	adapter: v.nullable(text()),
	provenance: v.exactOptional(object({ commit: text(), command: text() })),
	experiment: experimentPart,
	/** No session has as many. */
	runs: list(v.unknown(), 500),
});

const lambda = object({
	layer: whole(1000),
	index: whole(1000),
	value: number,
	label: text(),
	everyLayer: v.exactOptional(v.literal(true, 'must be true if it is given')),
});

const metricValue = v.custom<number | null | (number | null)[]>(
	(value) => isNumberOrNull(value) || (Array.isArray(value) && value.length <= 10_000 && value.every(isNumberOrNull)),
	'must be a number, null, or a list of at most 10000 of them',
);
const metrics = v.pipe(v.custom<object>(isObject, 'must be an object'), v.record(v.string(), metricValue));

const losses: v.GenericSchema<unknown, LossPoints> = object({
	steps: numbers,
	values: numbers,
	sums: numbers,
	seconds: numbersOrNull(MAX_STEP),
});

const frame: v.GenericSchema<unknown, FrameResult> = object({
	step,
	layers: whole(1000, 1),
	heads: whole(1000, 1),
	tokens: v.custom<string[]>(
		(value) => Array.isArray(value) && value.length > 0 && value.length <= 4096 && value.every((token) => typeof token === 'string'),
		'must be a list of 1 to 4096 texts',
	),
	probabilities: text(4 * MAX_MAP),
	valueNorms: numbers,
	mixedNorms: numbers,
	hiddenNorms: numbers,
	sinkRates: numbers,
});

const history: v.GenericSchema<unknown, { step: number; metrics: MetricValues }> = object({ step, metrics });

export const runSchema: v.GenericSchema<unknown, RunResult> = object({
	id: text(),
	method: text(),
	group: text(),
	label: text(),
	name: v.nullable(text()),
	seed: whole(0xffffffff),
	point: v.exactOptional(whole(MAX_SWEEP_RUNS)),
	changes: experimentPart,
	fork: v.nullable(object({ from: text(), step, change: experimentPart })),
	moved: list(object({ step, lambdas: list(lambda, 10_000) }), 10_000),
	parameters: whole(),
	kvCacheBytesPerToken: whole(),
	gpuBytes: whole(),
	step,
	finished: flag,
	divergedAt: v.nullable(step),
	tokensPerSecond: numberOrNull,
	losses,
	history: list(history, MAX_STEP),
	frames: list(frame, 10_000),
});

/** Checks rules between a run's parts, which the schema can't state. @throws Refusal */
export function checkLists(run: RunResult, path: string): void {
	checkLosses(run, `${path}.losses`);
	checkAscending(run.history, `${path}.history`);
	checkAscending(run.frames, `${path}.frames`);
	run.frames.forEach((frame, i) => {
		checkFrame(frame, `${path}.frames[${i}]`);
	});
}

function checkLosses({ losses, step: last }: RunResult, path: string): void {
	const { steps, values, sums, seconds } = losses;
	for (const [name, list] of Object.entries({ values, sums, seconds })) checkLength(list, steps.length, `${path}.${name}`);
	steps.forEach((step, i) => {
		if (!Number.isInteger(step) || step < 0 || step > last || (i > 0 && step <= steps[i - 1]))
			refuse(`${path}.steps`, `must be whole numbers from 0 to the run's step ${last}, ascending`);
	});
}

function checkFrame(frame: FrameResult, path: string): void {
	const { layers, heads, tokens, probabilities } = frame;
	const { length } = tokens;
	if (layers * heads * length ** 2 > MAX_MAP) refuse(path, `has more than ${MAX_MAP} probabilities`);
	for (const name of ['valueNorms', 'mixedNorms', 'hiddenNorms'] as const) checkLength(frame[name], layers * length, `${path}.${name}`);
	checkLength(frame.sinkRates, layers * heads, `${path}.sinkRates`);
	const bytes = layers * heads * length * (length + 1);
	const padding = (3 - (bytes % 3)) % 3;
	const digits = (4 * (bytes + padding)) / 3 - padding;
	if (probabilities.length !== digits + padding || !/^[A-Za-z0-9+/]+={0,2}$/.test(probabilities) || !endsWith(probabilities, padding))
		refuse(`${path}.probabilities`, `must be base64 of ${bytes} bytes`);
}

/** True if the base64 text ends with exactly `padding` characters `=`. */
const endsWith = (base64: string, padding: number): boolean => /=*$/.exec(base64.slice(-3))?.[0].length === padding;

function checkLength(list: readonly unknown[], length: number, path: string): void {
	if (list.length !== length) refuse(path, `must be ${length} numbers, not ${list.length}`);
}

function checkAscending(points: readonly { step: number }[], path: string): void {
	if (points.some(({ step }, i) => i > 0 && step <= points[i - 1].step)) refuse(path, 'must be in the order of steps');
}
