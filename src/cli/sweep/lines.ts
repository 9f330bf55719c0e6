import { relativeLoss, type SummedLosses } from '../../experiment/compare';
import { type CriticalPoint, criticalPoint } from '../../experiment/criticalPoint';
import { methodsOf } from '../../experiment/methods/names';
import { BASELINE_METHOD } from '../../experiment/methods/own';
import type { Metrics } from '../../experiment/records/metrics';
import { runKey, settingsKey } from '../../experiment/runs';
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
	baseline: Baseline;
}

/**
 * The run that the others of a cell are compared with: vanilla, or else the first method of the point. Vanilla may be that of
 * another point that differs in its methods alone.
 */
export interface Baseline {
	method: string;
	/** Its name in the lines. */
	run: string;
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

/** An ended run as a line of JSON, in which NaN and infinity are null. */
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
	const nameOf = (method: string, seed: number, index: number) => `${method}#${seed}${points.length > 1 ? `@${index + 1}` : ''}`;
	const withVanilla = new Map<string, number>();
	for (const { index, experiment } of points) {
		const settings = settingsKey(experiment);
		if (experiment.methods.includes(BASELINE_METHOD) && !withVanilla.has(settings)) withVanilla.set(settings, index);
	}
	return points.flatMap((point) => {
		const { index } = point;
		const methods = methodsOf(point.experiment).map(({ name }) => name);
		const other = withVanilla.get(settingsKey(point.experiment));
		const method = other === undefined ? methods[0] : BASELINE_METHOD;
		const place = methods.includes(method) || other === undefined ? index : other;
		return experiment.seeds.map((seed) => ({
			point,
			seed,
			methods,
			runs: methods.map((name) => nameOf(name, seed, index)),
			baseline: { method, run: nameOf(method, seed, place) },
		}));
	});
}

/** A key of each of a cell's runs, in the order of its methods. Runs that several points have, which train once, share one. */
export const keysOf = ({ point, seed, methods }: Cell): string[] => methods.map((method) => runKey(point.experiment, method, seed));

function summed({ losses, steps }: Ending): SummedLosses {
	const sums = new Float64Array(steps + 1);
	for (let i = 0; i < steps; i++) sums[i + 1] = sums[i] + (Number.isFinite(losses[i]) ? losses[i] : 0);
	return { lossAt: (step) => (step < steps ? losses[step] : Number.NaN), sumAt: (count) => sums[count] };
}

/** Null if either run diverged, because the end of the training decides. */
function criticalPointOf(method: Ending, baseline: Ending): CriticalPoint | null {
	if (method.metrics === null || baseline.metrics === null) return null;
	const [own, other] = [summed(method), summed(baseline)];
	return criticalPoint(Float64Array.from({ length: method.steps }, (_, step) => relativeLoss(own, other, step)));
}

/** The lines of a cell's runs, in the order of its methods. @param endings by method, with the baseline's */
export function runLines({ point, seed, methods, runs, baseline }: Cell, endings: ReadonlyMap<string, Ending>): RunLine[] {
	const reference = endings.get(baseline.method) as Ending;
	return methods.map((method, i) => {
		const ending = endings.get(method) as Ending;
		const { steps, metrics } = ending;
		const { validationLoss = null, ...others } = metrics ?? {};
		return {
			run: runs[i],
			point: point.point,
			method,
			seed,
			steps,
			cumulativeLearningRate: cumulativeLearningRate(point.experiment, steps),
			validationLoss: validationLoss as number | null,
			criticalPoint: method === baseline.method ? null : criticalPointOf(ending, reference),
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

/** A metric of one method at one point. */
interface Numbers {
	metric: string;
	layer?: number;
	/** By seed. */
	values: Map<number, number>;
}

/** The numbers of lines of several seeds, by metric. */
function bySeed(lines: readonly (readonly [seed: number, line: RunLine | undefined])[]): Map<string, Numbers> {
	const found = new Map<string, Numbers>();
	for (const [seed, line] of lines) {
		for (const [key, { value, ...name }] of line ? numbersOf(line) : []) {
			const entry = found.get(key) ?? { ...name, values: new Map<number, number>() };
			entry.values.set(seed, value);
			found.set(key, entry);
		}
	}
	return found;
}

/** One line per point, method and metric. @param lines those of all runs of the sweep, as they were printed */
export function summaryLines(experiment: Experiment, lines: readonly RunLine[]): SummaryLine[] {
	const byRun = new Map(lines.map((line) => [line.run, line]));
	const cells = cellsOf(experiment);
	return sweepPoints(experiment).flatMap(({ index, point }) => {
		const own = cells.filter((cell) => cell.point.index === index);
		const { methods, baseline } = own[0];
		const numbersOfRuns = (runOf: (cell: Cell) => string) => bySeed(own.map((cell) => [cell.seed, byRun.get(runOf(cell))]));
		const reference = numbersOfRuns((cell) => cell.baseline.run);
		return methods.flatMap((method, i) => {
			const isBaseline = method === baseline.method;
			const rows = [...numbersOfRuns(({ runs }) => runs[i])].map(([key, { metric, layer, values }]): SummaryLine => {
				const { n, mean, half } = summary(values.values());
				const other = reference.get(key)?.values;
				const paired = isBaseline || !other ? null : pairedBySeed(values, other);
				const difference = paired && differenceOf(paired);
				return { point, method, metric, ...(layer !== undefined && { layer }), n, mean, halfWidth: half, difference };
			});
			return [
				...rows.filter(({ metric }) => metric !== 'criticalPoint'),
				...(isBaseline ? [] : [criticalSummary(point, method, own, i, byRun)]),
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
