import { relativeLoss, type SummedLosses } from '../../experiment/compare';
import { type CriticalPoint, criticalPoint } from '../../experiment/criticalPoint';
import { methodsOf } from '../../experiment/methods/names';
import { BASELINE_METHOD } from '../../experiment/methods/own';
import type { Metrics } from '../../experiment/records/metrics';
import { cumulativeLearningRate } from '../../experiment/schedule';
import { type PairedDifference, pairedBySeed, summary } from '../../experiment/statistics';
import { type ExpandedPoint, type SweepPoint, sweepPoints } from '../../experiment/sweep';
import type { Experiment } from '../../experiment/types';

/** The runs of one point and seed, which train side by side: methods are compared at equal steps and on equal batches. */
export interface Cell {
	point: ExpandedPoint;
	seed: number;
	/** Canonical names. */
	methods: string[];
	/** Their names in the lines. */
	runs: string[];
}

/** Results of a run of a cell. */
export interface Ending {
	/** Training losses by step, nats. */
	losses: Float64Array;
	/** Steps done. */
	steps: number;
	/** null if it diverged. */
	metrics: Metrics | null;
}

/** The line of a run that has ended, as it is printed. NaN and infinity are null in JSON. */
export interface RunLine {
	run: string;
	point: SweepPoint;
	method: string;
	seed: number;
	steps: number;
	cumulativeLearningRate: number;
	validationLoss: number | null;
	/** Null for the baseline, and if either run diverged. */
	criticalPoint: CriticalPoint | null;
	diverged?: true;
	[metric: string]: unknown;
}

/** The sweep's cells in the order in which they are trained and printed: by point, then by seed. */
export function cellsOf(experiment: Experiment): Cell[] {
	const points = sweepPoints(experiment);
	return points.flatMap((point) =>
		experiment.seeds.map((seed) => {
			const methods = methodsOf(point.experiment).map(({ name }) => name);
			const place = points.length > 1 ? `@${point.index + 1}` : '';
			return { point, seed, methods, runs: methods.map((method) => `${method}#${seed}${place}`) };
		}),
	);
}

/** The method that the others of a point are compared with: vanilla, or else the first. */
const baselineOf = (methods: readonly string[]): string => (methods.includes(BASELINE_METHOD) ? BASELINE_METHOD : methods[0]);

function summed({ losses, steps }: Ending): SummedLosses {
	const sums = new Float64Array(steps + 1);
	for (let i = 0; i < steps; i++) sums[i + 1] = sums[i] + (Number.isFinite(losses[i]) ? losses[i] : 0);
	return { losses: losses.subarray(0, steps), sums };
}

/** Null if either run diverged, because the end of the training decides. */
function criticalPointOf(method: Ending, baseline: Ending): CriticalPoint | null {
	if (method.metrics === null || baseline.metrics === null) return null;
	const [own, other] = [summed(method), summed(baseline)];
	return criticalPoint(Float64Array.from({ length: method.steps }, (_, step) => relativeLoss(own, other, step)));
}

/** The lines of a cell's runs, in the order of its methods. */
export function runLines({ point, seed, methods, runs }: Cell, endings: readonly Ending[]): RunLine[] {
	const baseline = endings[methods.indexOf(baselineOf(methods))];
	return methods.map((method, i) => {
		const { steps, metrics } = endings[i];
		const { validationLoss = null, ...others } = metrics ?? {};
		return {
			run: runs[i],
			point: point.point,
			method,
			seed,
			steps,
			cumulativeLearningRate: cumulativeLearningRate(point.experiment, steps),
			validationLoss: validationLoss as number | null,
			criticalPoint: endings[i] === baseline ? null : criticalPointOf(endings[i], baseline),
			...(metrics === null && { diverged: true as const }),
			...others,
		};
	});
}

/** A metric of one point and method over seeds. */
export interface SummaryLine {
	point: SweepPoint;
	method: string;
	metric: string;
	/** From 1, for a metric that has one number per layer. */
	layer?: number;
	/** Number of seeds that have the metric. */
	n: number;
	mean: number;
	/** Half the width of the 95 % t-interval; null below two seeds. */
	halfWidth: number | null;
	/** Method minus baseline, paired by seed; null for the baseline itself. */
	difference: { n: number; mean: number; halfWidth: number | null; separated: boolean } | null;
	/** Of the critical point: how many seeds have none, and why. */
	notReached?: number;
	neverAhead?: number;
}

const NOT_METRICS = ['run', 'point', 'method', 'seed', 'steps', 'cumulativeLearningRate', 'diverged'];

/** The numbers of a line: `validationLoss`, and `sinkRate 2` for the second layer of a list. */
function numbersOf(line: RunLine): Map<string, { metric: string; layer?: number; value: number }> {
	const found = new Map<string, { metric: string; layer?: number; value: number }>();
	for (const [metric, value] of Object.entries(line)) {
		if (NOT_METRICS.includes(metric)) continue;
		if (typeof value === 'number') found.set(metric, { metric, value });
		if (Array.isArray(value))
			value.forEach((each, i) => {
				if (typeof each === 'number') found.set(`${metric} ${i + 1}`, { metric, layer: i + 1, value: each });
			});
	}
	return found;
}

const differenceOf = ({ n, mean, half, separated }: PairedDifference): SummaryLine['difference'] => ({
	n,
	mean,
	halfWidth: half,
	separated,
});

/** One line per point, method and metric. @param lines those of all runs of the sweep, as they were printed */
export function summaryLines(experiment: Experiment, lines: readonly RunLine[]): SummaryLine[] {
	const byRun = new Map(lines.map((line) => [line.run, line]));
	const cells = cellsOf(experiment);
	return sweepPoints(experiment).flatMap(({ index, point }) => {
		const own = cells.filter((cell) => cell.point.index === index);
		const { methods } = own[0];
		/** A method's numbers by metric, then by seed. */
		const numbers = methods.map((_, i) => {
			const bySeed = new Map<string, { metric: string; layer?: number; values: Map<number, number> }>();
			for (const { seed, runs } of own) {
				const line = byRun.get(runs[i]);
				for (const [key, { value, ...name }] of line ? numbersOf(line) : []) {
					const entry = bySeed.get(key) ?? { ...name, values: new Map<number, number>() };
					entry.values.set(seed, value);
					bySeed.set(key, entry);
				}
			}
			return bySeed;
		});
		const base = methods.indexOf(baselineOf(methods));
		return methods.flatMap((method, i) => {
			const rows = [...numbers[i]].map(([key, { metric, layer, values }]): SummaryLine => {
				const { n, mean, half } = summary(values.values());
				const other = numbers[base].get(key)?.values;
				const paired = i === base || !other ? null : pairedBySeed(values, other);
				const difference = paired && differenceOf(paired);
				return { point, method, metric, ...(layer !== undefined && { layer }), n, mean, halfWidth: half, difference };
			});
			return [
				...rows.filter(({ metric }) => metric !== 'criticalPoint'),
				...(i === base ? [] : [criticalSummary(point, method, own, i, byRun)]),
			];
		});
	});
}

function criticalSummary(
	point: SweepPoint,
	method: string,
	cells: readonly Cell[],
	i: number,
	byRun: ReadonlyMap<string, RunLine>,
): SummaryLine {
	const values = cells.map(({ runs }) => byRun.get(runs[i])?.criticalPoint);
	const { n, mean, half } = summary(values.filter((value): value is number => typeof value === 'number'));
	const count = (word: string) => values.filter((value) => value === word).length;
	return {
		point,
		method,
		metric: 'criticalPoint',
		n,
		mean,
		halfWidth: half,
		difference: null,
		notReached: count('not reached'),
		neverAhead: count('never ahead'),
	};
}
