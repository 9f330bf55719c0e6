/** Checks rows of stored trainings, which another version of the page may have written. */
import * as v from 'valibot';
import type { StoredTraining } from '../../../experiment/records/stored';
import { experimentOf } from '../../../experiment/results';
import type { Experiment } from '../../../experiment/types';
import { readExperiment } from '../../../experiment/validate';
import type { PackedFrame } from '../runs/frames';
import type { StoredState } from '../runs/runCollection';
import type { ThinnedState } from '../runs/thinnedList';
import { type RunRow, STORED_VERSION, StoredTrainingError, type TrainingRow } from './rows';

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const numbers = v.custom<Float32Array<ArrayBuffer>>((value) => value instanceof Float32Array);
const object = v.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const experimentPart = object as unknown as v.GenericSchema<unknown, Partial<Experiment>>;

const trainingSchema = v.object({
	id: v.string(),
	version: v.literal(STORED_VERSION),
	experiment: experimentPart,
	changes: experimentPart,
	fromCheckpoint: v.boolean(),
	baseline: v.nullable(v.string()),
	changedAt: v.number(),
	runs: v.array(v.object({ id: v.string(), step: whole, steps: whole, bytes: whole })),
});

const namedLambda = v.object({
	layer: whole,
	index: whole,
	value: v.number(),
	label: v.string(),
	everyLayer: v.exactOptional(v.literal(true)),
});

const weights = v.object({
	file: v.pipe(v.string(), v.regex(/^[\w-]+$/)),
	bytes: whole,
	sha256: v.string(),
	step: whole,
	state: v.picklist(['training', 'finished', 'diverged']),
	lambdaEdits: v.array(v.object({ step: whole, lambdas: v.array(namedLambda) })),
	lambdas: v.nullable(v.array(v.tuple([v.number(), v.number()]))),
	lambda: v.nullable(v.number()),
});

const thinned = <Value>(value: v.GenericSchema<unknown, Value>) =>
	v.object({ every: v.pipe(whole, v.minValue(1)), entries: v.array(v.object({ step: whole, number: whole, value })) });

const series = v.pipe(
	v.object({
		steps: v.nullable(v.custom<Int32Array<ArrayBuffer>>((value) => value instanceof Int32Array)),
		first: whole,
		length: whole,
		losses: numbers,
		seconds: numbers,
		gradNorms: numbers,
		sums: v.nullable(v.custom<Float64Array<ArrayBuffer>>((value) => value instanceof Float64Array)),
	}),
	v.check(({ steps, length, losses, seconds, gradNorms, sums }) => {
		const kept = steps?.length ?? length;
		return [losses, seconds, gradNorms].every((list) => list.length === kept) && (steps === null ? sums === null : sums?.length === kept);
	}),
);

const runSchema = v.object({
	id: v.string(),
	method: v.string(),
	seed: whole,
	point: whole,
	fork: v.nullable(v.object({ from: v.string(), step: whole, change: experimentPart })),
	changes: experimentPart,
	groupName: v.object({ group: v.string(), label: v.string(), copied: v.nullable(v.string()), inherited: whole }),
	weights: v.nullable(weights),
	name: v.nullable(v.string()),
	visible: v.boolean(),
	tokensPerSecond: v.nullable(v.number()),
	divergedAt: v.nullable(whole),
	finished: v.boolean(),
	series,
	history: v.array(
		v.object({ step: whole, metrics: v.record(v.string(), v.union([v.number(), v.nan(), v.array(v.union([v.number(), v.nan()]))])) }),
	),
	frames: thinned(v.null()),
	sinks: thinned(numbers),
});

const frameSchema = v.object({
	run: v.string(),
	step: whole,
	frame: v.pipe(
		v.object({
			run: v.string(),
			step: whole,
			layers: whole,
			heads: whole,
			length: whole,
			tokens: v.array(v.string()),
			packed: v.custom<Uint16Array<ArrayBuffer>>((value) => value instanceof Uint16Array),
			valueNorms: numbers,
			mixedNorms: numbers,
			hiddenNorms: numbers,
			sinkRates: numbers,
		}),
		v.check(({ layers, heads, length, tokens, packed, valueNorms, mixedNorms, hiddenNorms, sinkRates }) => {
			const perToken = [valueNorms, mixedNorms, hiddenNorms].every((norms) => norms.length === layers * length);
			const maps = packed.length === (layers * heads * length * (length + 1)) / 2;
			return maps && perToken && tokens.length === length && sinkRates.length === layers * heads;
		}),
	),
});

const DAMAGED = 'its data are damaged';

function parse<Output>(schema: v.GenericSchema<unknown, Output>, row: unknown): Output {
	const result = v.safeParse(schema, row, { abortEarly: true });
	if (!result.success) throw new StoredTrainingError(DAMAGED);
	return result.output;
}

/** A training's row. @throws StoredTrainingError */
export function readTraining(row: unknown): TrainingRow {
	const version = (row as { version?: unknown } | null | undefined)?.version;
	if (version !== STORED_VERSION) throw new StoredTrainingError('it was stored by another version of this page');
	const training = parse(trainingSchema, row);
	return { ...training, experiment: validExperiment(training.experiment) };
}

/** The experiment that the page had last. @throws StoredTrainingError */
export const presentExperiment = ({ experiment, changes }: TrainingRow): Experiment => validExperiment({ ...experiment, ...changes });

/** A training as the worker continues it, and the state of each run. */
export interface ReadTraining {
	row: TrainingRow;
	stored: StoredTraining;
	states: ReadonlyMap<string, StoredState>;
	baseline: string | null;
}

/** Runs that are read at the same time. */
const AT_ONCE = 2;

/** The stored rows of one run. */
interface RowsOfRun {
	/** undefined if there is none. */
	run: unknown;
	frames: readonly unknown[];
}

/**
 * A training from all of its rows.
 *
 * @param rowsOf the rows of the run with this id. A few runs are read at a time, so that the page stays responsive
 * @throws StoredTrainingError
 */
export async function readRows(row: unknown, rowsOf: (run: string) => Promise<RowsOfRun>): Promise<ReadTraining> {
	const training = readTraining(row);
	const { id, experiment, fromCheckpoint, baseline, runs: order } = training;
	const states = new Map<string, StoredState>();
	const runs: StoredTraining['runs'][number][] = [];
	for (let i = 0; i < order.length; i += AT_ONCE) {
		const part = await Promise.all(order.slice(i, i + AT_ONCE).map(async ({ id }) => ({ id, rows: await rowsOf(id) })));
		for (const { id, rows } of part) {
			const run = readRun(rows);
			const { weights, point, fork, groupName } = run;
			const from = weights && weights.state !== 'training' ? null : (weights?.step ?? 0);
			states.set(id, { state: run, from });
			const seconds = run.series.seconds[secondsIndex(run, from)] ?? 0;
			const valid = validExperiment(experimentOf(run, experiment));
			runs.push({ id, experiment: valid, point, fork, name: groupName, seconds: Number.isFinite(seconds) ? seconds : 0, weights });
		}
	}
	return { row: training, stored: { id, experiment: presentExperiment(training), fromCheckpoint, runs }, states, baseline };
}

/** A run with its probes. @throws StoredTrainingError */
function readRun({ run: row, frames }: RowsOfRun) {
	if (row === undefined) throw new StoredTrainingError(DAMAGED);
	const run = parse(runSchema, row);
	const maps = new Map(frames.map((each) => parse(frameSchema, each)).map(({ step, frame }) => [step, frame]));
	return { ...run, frames: { frames: withMaps(run.frames, maps), sinks: run.sinks } };
}

/** Index of the last loss before the run continues. */
function secondsIndex({ series }: Pick<RunRow, 'series'>, from: number | null): number {
	const last = series.losses.length - 1;
	return from === null || series.steps ? last : Math.min(last, from - 1);
}

function validExperiment(json: unknown): Experiment {
	const { experiment, problems } = readExperiment(json);
	if (problems.length > 0) throw new StoredTrainingError(problems[0].message);
	return experiment;
}

/** The list with its maps. @throws StoredTrainingError if one is missing */
function withMaps({ every, entries }: RunRow['frames'], maps: ReadonlyMap<number, PackedFrame>): ThinnedState<PackedFrame> {
	return {
		every,
		entries: entries.map(({ step, number }) => {
			const value = maps.get(step);
			if (!value) throw new StoredTrainingError(DAMAGED);
			return { step, number, value };
		}),
	};
}
