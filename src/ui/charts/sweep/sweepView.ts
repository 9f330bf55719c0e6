/** From a sweep's runs and the chosen view to what the panel draws. Plain functions. */
import { type FieldName, fieldOf } from '../../../experiment/fields';
import { methodLabel } from '../../../experiment/methods/names';
import { BASELINE_METHOD } from '../../../experiment/methods/own';
import type { Experiment } from '../../../experiment/types';
import type { RunView } from '../../../session/client/store/labSnapshot';
import type { Reported } from '../../measures/comparison';
import { plural } from '../../shared/format';
import { type BaselineOf, baselines, type CellValues, type SweepCell, sweepCells, valuesOf } from './cells';
import { linesOf, placeText, type SweepChartData, sweepChartData } from './lines';
import { COSTS, CRITICAL_KEY, metricsOf, type SweepMetric, type SweepQuantity, xQuantities } from './quantities';

export const SHOWS = { chart: 'Chart', map: 'Heat map', pareto: 'Cost against loss', table: 'Table' } as const;
export type Show = keyof typeof SHOWS;

/** The user's choices by key; an empty key is the first that there is. */
export interface SweepView {
	show: Show;
	x: string;
	metric: string;
	cost: string;
	/** The method of the heat map. */
	method: string;
	asDifference: boolean;
}

export const DEFAULT_SWEEP_VIEW: SweepView = { show: 'chart', x: '', metric: '', cost: '', method: '', asDifference: false };

export interface SweepData {
	cells: SweepCell[];
	swept: readonly FieldName[];
	baselineOf: BaselineOf;
	/** The baseline method's label. */
	baselineLabel: string;
	xs: SweepQuantity[];
	/** Σ learning rate, tokens and costs. */
	derived: SweepQuantity[];
	metrics: SweepMetric[];
	/** Two number fields of which neither determines the other; null if there are none. */
	grid: readonly [FieldName, FieldName] | null;
	/** Distinct methods with their labels. */
	methods: { name: string; label: string }[];
}

/** Everything that does not depend on the view. */
export function sweepData(
	runs: readonly RunView[],
	baseline: string | null,
	swept: readonly FieldName[],
	points: readonly Experiment[] = [],
): SweepData {
	const baselineMethod = runs.find(({ info }) => info.group === baseline)?.info.method ?? BASELINE_METHOD;
	const baselineOf = baselines(runs, baseline);
	const cells = sweepCells(runs, baselineMethod, points);
	const xs = xQuantities(swept, points);
	const names = [...new Set(cells.map(({ method }) => method))];
	return {
		cells,
		swept,
		baselineOf,
		baselineLabel: methodLabel(baselineMethod),
		xs,
		derived: xs.filter(({ key }) => key === 'rates' || COSTS.some((cost) => cost.key === key)),
		metrics: metricsOf(runs, baselineOf),
		grid: gridOf(cells, swept),
		methods: names.map((name) => ({ name, label: methodLabel(name) })),
	};
}

function gridOf(cells: readonly SweepCell[], swept: readonly FieldName[]): SweepData['grid'] {
	const numbers = swept.filter((name) => fieldOf(name).kind === 'number');
	const frees = (a: FieldName, b: FieldName) => {
		const seen = new Map<unknown, unknown>();
		return cells.some(({ experiment }) => {
			if (!seen.has(experiment[a])) seen.set(experiment[a], experiment[b]);
			return seen.get(experiment[a]) !== experiment[b];
		});
	};
	for (const [i, a] of numbers.entries()) {
		const b = numbers.slice(i + 1).find((other) => frees(a, other) && frees(other, a));
		if (b) return [a, b];
	}
	return null;
}

/** The view with its choices looked up. */
export interface ChosenView {
	show: Show;
	x: SweepQuantity;
	metric: SweepMetric;
	cost: SweepQuantity;
	method: string;
	asDifference: boolean;
}

/** @param answer the measure of an empty choice; undefined = the first */
export function chosenOf(view: SweepView, { xs, metrics, grid, methods, baselineLabel }: SweepData, answer?: Reported): ChosenView {
	const wanted = view.metric || answer?.measure;
	const metric = metrics.find(({ key, measure }) => key === wanted || (view.metric === '' && measure === wanted)) ?? metrics[0];
	const show = view.show === 'map' && grid === null ? 'chart' : view.show;
	const others = methods.filter(({ label }) => label !== baselineLabel);
	const asDifference = view.asDifference && metric.differs && others.length > 0 && show !== 'pareto';
	return {
		show,
		x: xs.find(({ key }) => key === view.x) ?? xs[0],
		metric: show === 'pareto' ? (metrics.find(({ key }) => key === 'validationLoss') ?? metric) : metric,
		cost: COSTS.find(({ key }) => key === view.cost) ?? COSTS[COSTS.length - 1],
		method: (methods.find(({ name }) => name === view.method) ?? (asDifference ? others[0] : methods[0]))?.name ?? '',
		asDifference,
	};
}

export interface DrawnSweep {
	/** Every cell with values, at its place on the x axis. */
	values: CellValues[];
	/** A cell's place on the x axis as text. */
	place(each: CellValues): string;
	chart: SweepChartData;
	/** The heat map's cells. */
	map: CellValues[];
	rows: { cell: SweepCell; values: CellValues | null }[];
	/** Runs that the chart can't place, with the reason; empty if it shows all that finished. */
	words: string;
	/** Number of runs whose critical point is shown and approximate. */
	approximate: number;
}

export function drawnOf(chosen: ChosenView, { cells, baselineOf, swept }: SweepData): DrawnSweep {
	const { show, x, metric, cost, asDifference, method } = chosen;
	const across = show === 'pareto' ? cost : x;
	const [low, high] = metric.limits;
	const rows = cells.map((cell) => ({ cell, values: valuesOf(cell, across, metric, baselineOf, show === 'table' ? false : asDifference) }));
	const values = rows.flatMap(({ values }) => values ?? []);
	const compared = asDifference ? values.filter(({ cell }) => !cell.isBaseline) : values;
	return {
		values,
		place: placeText(values, across, swept),
		chart: sweepChartData(linesOf(compared, across, swept), {
			zero: asDifference,
			cost: show === 'pareto',
			ordered: !across.unordered,
			limits: asDifference ? [low - high, high - low] : metric.limits,
		}),
		map: values.filter(({ cell }) => cell.method === method),
		rows,
		words: wordsOf(values, cells, metric),
		approximate: metric.key === CRITICAL_KEY || show === 'table' ? values.reduce((sum, each) => sum + each.approximate, 0) : 0,
	};
}

/** Runs without a number: critical points that are words, and runs that stopped. */
function wordsOf(values: readonly CellValues[], cells: readonly SweepCell[], metric: SweepMetric): string {
	const critical = metric.key === CRITICAL_KEY ? values.flatMap((each) => each.critical) : [];
	const count = (word: string) => critical.filter((point) => point === word).length;
	const stopped = cells.flatMap(({ runs }) => runs).filter(({ divergedAt }) => divergedAt !== null).length;
	const parts = [
		...(['not reached', 'never ahead'] as const).flatMap((word) => (count(word) > 0 ? [`${word} in ${plural(count(word), 'run')}`] : [])),
		...(stopped > 0 ? [`${plural(stopped, 'run')} stopped because the loss became NaN`] : []),
	];
	return parts.length > 0 ? `Not drawn: ${parts.join('; ')}.` : '';
}
