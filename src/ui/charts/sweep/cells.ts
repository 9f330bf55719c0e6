/** A sweep's runs by point and method, with the values of one metric and their spread over seeds. Plain functions. */
import type { CriticalPoint } from '../../../experiment/criticalPoint';
import type { RunStyle } from '../../../experiment/methods/descriptor';
import { methodLabel } from '../../../experiment/methods/names';
import { pointsOf } from '../../../experiment/runs';
import { type PairedDifference, pairedDifference, summary } from '../../../experiment/statistics';
import type { Experiment } from '../../../experiment/types';
import { criticalPointOf, isApproximate } from '../../../session/client/runs/criticalPoints';
import { baselineRunOf } from '../../../session/client/runs/pairing';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { methodStyle } from '../../theme/methodStyle';
import type { SweepMetric, SweepQuantity } from './quantities';

/** Runs of a point that differ by their seed alone. */
export interface SweepCell {
	/** Index of the point. */
	point: number;
	method: string;
	/** The method's label. */
	label: string;
	style: RunStyle;
	/** In the order of their seeds. */
	runs: readonly RunView[];
	/** The experiment at its point. */
	experiment: Experiment;
	/** True if the others are compared with it. */
	isBaseline: boolean;
}

/** A run's baseline: the run that its losses are compared with. */
export type BaselineOf = (run: RunView) => RunView | undefined;

/** `baselineRunOf`, looked up once for each run. */
export function baselines(runs: readonly RunView[], baseline: string | null): BaselineOf {
	const known = new Map<RunView, RunView | undefined>();
	return (run) => {
		if (!known.has(run)) known.set(run, baselineRunOf(run, runs, baseline));
		return known.get(run);
	};
}

/** Cells in the order of points, then of methods. Forks belong to none. `points` are the experiments of the sweep's points. */
export function sweepCells(runs: readonly RunView[], baselineMethod: string, points: readonly Experiment[]): SweepCell[] {
	const cells = new Map<string, { of: RunView; point: number; runs: RunView[] }>();
	for (const run of runs) {
		if (run.info.fork !== null) continue;
		for (const point of pointsOf(run.info)) {
			const key = `${point} ${run.info.method}`;
			const cell = cells.get(key);
			if (cell) cell.runs.push(run);
			else cells.set(key, { of: run, point, runs: [run] });
		}
	}
	return [...cells.values()]
		.map(({ of: { info }, point, runs }) => ({
			point,
			method: info.method,
			label: methodLabel(info.method),
			style: methodStyle(info.method),
			runs: runs.toSorted((a, b) => a.info.seed - b.info.seed),
			experiment: point === info.point ? info.experiment : (points[point] ?? info.experiment),
			isBaseline: info.method === baselineMethod,
		}))
		.sort((a, b) => a.point - b.point);
}

/** One run's value of the metric. */
export interface RunValue {
	run: RunView;
	y: number;
}

/** A cell with its values of one metric. */
export interface CellValues {
	cell: SweepCell;
	/** Place on the x axis. */
	x: number;
	/** Runs that have a value. */
	runs: RunValue[];
	/** Number of those runs. */
	n: number;
	/** Of the values, or of the differences from the baseline; NaN of none. */
	mean: number;
	/** Half the width of the 95 % t-interval; null below two runs. */
	half: number | null;
	/** From the baseline, paired by seed; null for the baseline, and if no seed has both. */
	difference: PairedDifference | null;
	/** Critical points of the runs that have finished. */
	critical: CriticalPoint[];
	/** Runs whose critical point is approximate. */
	approximate: number;
}

/** A cell's values. `asDifference`: each run's value is its difference from the baseline's run. Null if it has no place on the x axis. */
export function valuesOf(
	cell: SweepCell,
	x: SweepQuantity,
	metric: SweepMetric,
	baselineOf: BaselineOf,
	asDifference: boolean,
): CellValues | null {
	const place = x.of(cell.runs[0], cell);
	if (place === null || !Number.isFinite(place)) return null;
	const values: RunValue[] = [];
	const differences: RunValue[] = [];
	const critical: CriticalPoint[] = [];
	let approximate = 0;
	for (const run of cell.runs) {
		const value = metric.of(run);
		const baseline = cell.isBaseline ? undefined : baselineOf(run);
		const point = criticalPointOf(run, baseline);
		if (point !== null) critical.push(point);
		if (point !== null && isApproximate(run, baseline)) approximate++;
		if (value === null) continue;
		values.push({ run, y: value });
		const other = baseline && metric.differs ? metric.of(baseline) : null;
		if (other !== null) differences.push({ run, y: value - other });
	}
	const shown = asDifference ? differences : values;
	const { n, mean, half } = summary(shown.map(({ y }) => y));
	const difference = differences.length > 0 ? pairedDifference(differences.map(({ y }) => y)) : null;
	return { cell, x: place, runs: shown, n, mean, half, difference, critical, approximate };
}
