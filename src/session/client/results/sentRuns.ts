/** Runs for a link, and a link's runs for the charts. */

import type { RerunRun } from '../../../experiment/reproduction';
import type { SharedMeasure } from '../../../experiment/resultLink';
import { runKey, runsOf } from '../../../experiment/runs';
import { placedName, placeOf, type SentPlace } from '../../../experiment/sentPlaces';
import { type SentGroup, type SentRun, stretches } from '../../../experiment/sentRuns';
import { mean } from '../../../experiment/statistics';
import type { Experiment } from '../../../experiment/types';
import { NO_FRAMES } from '../runs/frames';
import { type SeriesView, sumAt } from '../runs/lossSeries';
import { latestOf, type RunView } from '../store/labSnapshot';

/** Runs that a link's reader can train again: no forks, and no λ that the user set. */
export const isRepeatable = ({ info, recorded }: RunView): boolean => !recorded && info.fork === null && info.lambdaEdits.length === 0;

/** The repeatable runs by what they depend on. */
const runsByKey = (runs: readonly RunView[]): Map<string, RunView> =>
	new Map(runs.filter(isRepeatable).map((run) => [runKey(run.info.experiment, run.info.method, run.info.seed), run]));

/** The groups of an experiment's own runs, with their runs on the page. Runs that several points have are in one group. */
function ownGroups(runs: readonly RunView[], experiment: Experiment): { name: string; place: SentPlace; runs: RunView[] }[] {
	const known = runsByKey(runs);
	const names = runsOf(experiment).map(({ method, point }) => placedName(method, experiment.sweep ? point.index : null));
	return [...new Set(names)].flatMap((name) => {
		const place = placeOf(name, experiment);
		if (!place) return [];
		const own = place.experiment.seeds.flatMap((seed) => known.get(runKey(place.experiment, place.method, seed)) ?? []);
		return [{ name, place, runs: own.filter(({ divergedAt, series }) => divergedAt === null && series.length > 0) }];
	});
}

/** The runs behind `measures`, by group. Of a sweep, those that were measured, and only finished ones once there are some. */
export function sentGroups(runs: readonly RunView[], measures: readonly SharedMeasure[], experiment: Experiment): SentGroup[] {
	const shared = new Set(measures.flatMap(({ groups }) => groups.map(({ name }) => name)));
	const ended = runs.some((run) => isRepeatable(run) && run.finished);
	const isMeasured = (run: RunView) => (run.finished || !ended) && measures.some((measure) => measuredIn(run, measure) !== null);
	return ownGroups(runs, experiment).flatMap(({ name, place: { label, points }, runs: own }) => {
		const isSent = (run: RunView) => (experiment.sweep ? isMeasured(run) : shared.has(name));
		const sent = own.filter(isSent);
		if (sent.length === 0) return [];
		const length = Math.min(...sent.map(({ series }) => series.length));
		return [{ name, label, points, length, curve: [], runs: sent.map((run) => factsOf(run, measures, length)) }];
	});
}

/** Returns the run here of a group with a seed, if it has reached what the sender had or has diverged. */
export function rerunIn(
	runs: readonly RunView[],
	measures: readonly SharedMeasure[],
	groups: readonly SentGroup[],
	experiment: Experiment,
) {
	const known = runsByKey(runs);
	const places = new Map(groups.map((group) => [group.name, { group, place: placeOf(group.name, experiment) }]));
	return (name: string, seed: number): RerunRun | null => {
		const { group, place } = places.get(name) ?? {};
		const run = place && known.get(runKey(place.experiment, place.method, seed));
		if (!group || !run) return null;
		const facts = factsOf(run, measures, group.length);
		if (run.divergedAt !== null) return { ...facts, diverged: true };
		const sent = group.runs.find((each) => each.seed === seed);
		const whole = run.series.length >= group.length && facts.values.every((value, i) => value !== null || sent?.values[i] == null);
		return whole ? { ...facts, diverged: false } : null;
	};
}

const factsOf = (run: RunView, measures: readonly SharedMeasure[], length: number): SentRun => ({
	seed: run.info.seed,
	values: measures.map((measure) => measuredIn(run, measure)),
	losses: lossHash(run.series, length),
});

function measuredIn({ history }: RunView, { measure, layer, step }: SharedMeasure): number | null {
	const value = history.find((point) => point.step === step && point.metrics[measure] !== undefined)?.metrics[measure];
	const number = Array.isArray(value) ? value[layer ?? 0] : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** FNV-1a over the bytes of the first `length` losses, in base 36; null if some are not kept. */
export function lossHash({ steps, first, losses, length: known }: SeriesView, length: number): string | null {
	if (steps !== null || first > 0 || known < length) return null;
	const bytes = new Uint8Array(losses.buffer, losses.byteOffset, 4 * length);
	let hash = 0x811c9dc5;
	for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
	return (hash >>> 0).toString(36);
}

/** Returns the mean losses of a group's stretches of steps, over its seeds that have reached their end; empty if it has none. */
export function curvesOf(runs: readonly RunView[], experiment: Experiment) {
	const groups = new Map(ownGroups(runs, experiment).map(({ name, runs }) => [name, runs]));
	return (name: string, borders: readonly number[]) => meanCurve(groups.get(name) ?? [], borders);
}

function meanCurve(runs: readonly RunView[], borders: readonly number[]): number[] {
	const series = runs.map(({ series }) => series).filter(({ length }) => length >= (borders.at(-1) ?? 0));
	if (series.length === 0) return [];
	return borders.slice(1).map((to, i) => mean(series.map((each) => (sumAt(each, to) - sumAt(each, borders[i])) / (to - borders[i]))));
}

/** The sender's curves as runs to draw: one per group, the mean over its seeds. */
export function drawnGroups(groups: readonly SentGroup[], measures: readonly SharedMeasure[], experiment: Experiment): RunView[] {
	return groups
		.filter(({ curve }) => curve.length > 0)
		.map(({ name, label, length, curve, runs }) => {
			const history = measures.flatMap(({ measure, layer, step, groups }) => {
				const found = groups.find((group) => group.name === name);
				return layer === null && found ? [{ step, metrics: { [measure]: found.mean } }] : [];
			});
			const { method, experiment: at } = placeOf(name, experiment) ?? { method: name, experiment };
			const of = { method, group: `sender:${name}`, label: `${label}, sender`, seed: runs[0].seed };
			return drawnRun(of, curveSeries(curve, length), history, { ...at, methods: [method], seeds: [runs[0].seed] });
		});
}

/** A run of another page or program, to draw among the page's own. */
export function drawnRun(
	of: { method: string; group: string; label: string; seed: number },
	series: SeriesView,
	history: RunView['history'],
	experiment: Experiment,
): RunView {
	return {
		info: {
			...of,
			id: of.group,
			point: 0,
			experiment,
			fork: null,
			lambdaEdits: [],
			parameters: 0,
			kvCacheBytesPerToken: 0,
			gpuBytes: 0,
		},
		name: of.label,
		visible: true,
		series,
		step: series.length,
		tokensPerSecond: null,
		metrics: latestOf(history),
		history,
		maps: null,
		frames: NO_FRAMES,
		divergedAt: null,
		finished: true,
		recorded: true,
	};
}

/** Means of stretches as losses in their middles, and at the end. */
function curveSeries(curve: readonly number[], length: number): SeriesView {
	const borders = stretches(length, curve.length);
	const sums = [0];
	curve.forEach((loss, i) => {
		sums.push(sums[i] + loss * (borders[i + 1] - borders[i]));
	});
	const points = curve.map((loss, i) => {
		const step = (borders[i] + borders[i + 1] - 1) >> 1;
		return { step, loss, sum: sums[i] + loss * (step - borders[i]) };
	});
	const last = points[points.length - 1];
	if (last.step < length - 1) points.push({ step: length - 1, loss: last.loss, sum: sums[curve.length] - last.loss });
	return keptSeries(points, length);
}

/** A series of some steps. */
export const keptSeries = (points: readonly { step: number; loss: number; sum: number }[], length: number): SeriesView => ({
	length,
	first: points[0].step,
	steps: Int32Array.from(points, ({ step }) => step),
	losses: Float32Array.from(points, ({ loss }) => loss),
	sums: Float64Array.from(points, ({ sum }) => sum),
	seconds: new Float32Array(points.length).fill(Number.NaN),
	gradNorms: new Float32Array(points.length).fill(Number.NaN),
});
