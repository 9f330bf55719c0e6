/** Small line figures drawn from the runs of a question: curves, values by layer, and sweeps. Plain functions. */
import { fieldOf, labelInSentence } from '../../../experiment/fields';
import type { RunStyle } from '../../../experiment/methods/descriptor';
import { methodLabel } from '../../../experiment/methods/names';
import { type Question, quantityOf } from '../../../experiment/questions';
import { pointsOf } from '../../../experiment/runs';
import { cumulativeLearningRate } from '../../../experiment/schedule';
import { summary } from '../../../experiment/statistics';
import { type ExpandedPoint, sweepPoints, sweptFields } from '../../../experiment/sweep';
import type { Experiment } from '../../../experiment/types';
import { baselineRunOf } from '../../../session/client/runs/pairing';
import { baselineOf, groupsOf } from '../../../session/client/runs/runGroups';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { lossUnit } from '../../measures/comparison';
import { measureText } from '../../measures/measureText';
import { formatCount, plural } from '../../shared/format';
import { valueText } from '../../shared/valueText';
import { methodStyle } from '../../theme/methodStyle';

/** One line: means over seeds, with the smallest and the largest. */
export interface FigureLine {
	label: string;
	style: RunStyle;
	xs: number[];
	ys: number[];
	low: number[];
	high: number[];
}

export interface LineFigure {
	kind: 'lines';
	/** The axes in words. */
	caption: string;
	lines: FigureLine[];
	/** A value to compare with, drawn as a dashed horizontal; null if there is none. */
	reference: number | null;
	/** Range of y. Parts of lines outside it are cut. */
	yDomain: readonly [number, number];
	format(value: number): string;
	/** Values of x with their names; a line has a mark at each. Empty for curves over steps. */
	ticks: { x: number; label: string }[];
	/** False if the values of x have no order: no line joins the marks. */
	joined: boolean;
}

/** Values of one line by x. */
interface Values {
	label: string;
	style: RunStyle;
	/** One list per x, of one number per seed; NaN and null are left out. */
	at: Map<number, (number | null)[]>;
}

const add = (at: Values['at'], x: number, value: number | null) => at.set(x, [...(at.get(x) ?? []), value]);

/** The line over those x at which a seed has a value; null if there is none. */
function lineOf({ label, style, at }: Values): FigureLine | null {
	const points = [...at].map(([x, values]) => ({ x, ...summary(values) })).filter(({ n }) => n > 0);
	if (points.length === 0) return null;
	points.sort((a, b) => a.x - b.x);
	return {
		label,
		style,
		xs: points.map(({ x }) => x),
		ys: points.map(({ mean }) => mean),
		low: points.map(({ min }) => min),
		high: points.map(({ max }) => max),
	};
}

/** The lines as a figure; null without lines. `from`: values at smaller x do not widen the range of y. */
function figureOf(values: readonly Values[], rest: Omit<LineFigure, 'kind' | 'lines' | 'yDomain'>, from = Number.NEGATIVE_INFINITY) {
	const lines = values.flatMap((each) => lineOf(each) ?? []);
	if (lines.length === 0) return null;
	const counted = lines.flatMap(({ xs, low, high }) => xs.flatMap((x, i) => (x >= from ? [low[i], high[i]] : [])));
	if (rest.reference !== null) counted.push(rest.reference);
	const [low, high] = [Math.min(...counted), Math.max(...counted)];
	const room = high > low ? 0.06 * (high - low) : Math.max(1e-3, 0.1 * Math.abs(high));
	return { kind: 'lines', lines, yDomain: [low - room, high + room], ...rest } satisfies LineFigure;
}

/** Part of the training that does not set a curve's range: the losses fall steeply there. */
const STEEP = 0.25;

/** Validation loss over steps: each method minus the baseline, or the loss itself if there is one method. */
export function lossFigure(experiment: Experiment, runs: readonly RunView[]): LineFigure | null {
	const groups = groupsOf(runs);
	const baseline = baselineOf(runs, null);
	const { label, format, unit } = measureText('validationLoss');
	const differs = groups.length > 1 && baseline !== null;
	const lossesOf = (run: RunView) =>
		new Map(run.history.flatMap(({ step, metrics: { validationLoss: loss } }) => (typeof loss === 'number' ? [[step, loss]] : [])));
	const values = groups
		.filter((group) => !differs || group.group !== baseline.group)
		.map(({ label, method, runs: own }): Values => {
			const at = new Map<number, (number | null)[]>();
			for (const run of own) {
				const other = differs ? baselineRunOf(run, runs, baseline.group) : undefined;
				if (differs && !other) continue;
				const minus = other && lossesOf(other);
				for (const [step, loss] of lossesOf(run)) {
					const compared = minus ? minus.get(step) : 0;
					if (compared !== undefined) add(at, step, loss - compared);
				}
			}
			return { label, style: methodStyle(method), at };
		});
	const name = differs ? `${label} minus ${baseline.label}’s` : label;
	return figureOf(
		values,
		{
			caption: `${name}, ${lossUnit(experiment) || unit}, over ${plural(experiment.steps, 'step')}`,
			reference: differs ? 0 : null,
			format,
			ticks: [],
			joined: true,
		},
		STEEP * experiment.steps,
	);
}

/** A measure by layer after the last step, one line per method. */
export function layerFigure({ reports, experiment }: Pick<Question, 'reports' | 'experiment'>, runs: readonly RunView[]) {
	const [{ measure }] = reports;
	const { label, unit, format, reference } = measureText(measure, true);
	const values = groupsOf(runs).map(({ label, method, runs: own }): Values => {
		const at = new Map<number, (number | null)[]>();
		for (const { metrics } of own) {
			const found = metrics[measure];
			if (Array.isArray(found)) for (const [layer, value] of found.entries()) add(at, layer + 1, value);
		}
		return { label, style: methodStyle(method), at };
	});
	const layers = Array.from({ length: experiment.layers }, (_, i) => ({ x: i + 1, label: formatCount(i + 1) }));
	return figureOf(values, {
		caption: `${withUnit(label, unit)}, by layer${reference ? `; dashed: ${reference.text}` : ''}`,
		reference: reference ? reference.at(experiment.sequenceLength) : null,
		format,
		ticks: layers,
		joined: true,
	});
}

const withUnit = (label: string, unit: string) => [label, unit].filter(Boolean).join(', ');

/** The quantity that the first expectation is about, or else the first that the answer reports. */
const mainQuantity = ({ expectations: [first], reports: [report] }: Pick<Question, 'expectations' | 'reports'>) =>
	first && 'of' in first.statistic ? first.statistic.of : { measure: report.measure };

/** Values at the points of a sweep after the last step: each method minus the baseline, or its values if there is one method. */
export function sweepFigure(question: Pick<Question, 'expectations' | 'reports' | 'experiment'>, runs: readonly RunView[]) {
	const { experiment } = question;
	const points = sweepPoints(experiment);
	const axis = axisOf(experiment, points);
	const quantity = mainQuantity(question);
	const baseline = baselineOf(runs, null);
	const differs = points.every(({ experiment: { methods } }) => methods.length > 1) && baseline !== null;
	const read = (run: RunView) => (run.finished && run.divergedAt === null ? quantityOf(run.metrics, quantity) : null);
	const lines = new Map<string, Values & { labels: Set<string> }>();
	for (const run of runs) {
		const { method, fork } = run.info;
		const label = methodLabel(method);
		const places = pointsOf(run.info).flatMap((point) => points[point] ?? []);
		if (fork !== null || places.length === 0 || (differs && method === baseline.method)) continue;
		// Points with methods of their own are one line.
		const key = axis.ofMethods ? '' : method;
		const line = lines.get(key) ?? { label, labels: new Set<string>(), style: methodStyle(method), at: new Map() };
		line.labels.add(label);
		lines.set(key, line);
		const other = differs ? baselineRunOf(run, runs, baseline.group) : undefined;
		const [value, minus] = [read(run), other ? read(other) : differs ? null : 0];
		for (const place of places) add(line.at, axis.of(place), value === null || minus === null ? null : value - minus);
	}
	const { label, unit, format } = measureText(quantity.measure);
	const where = typeof quantity.layer === 'number' ? `, layer ${quantity.layer}` : '';
	return figureOf(
		[...lines.values()].map(({ labels, ...line }) => ({ ...line, label: commonStart([...labels]) })),
		{
			caption: `${withUnit(label, unit)}${where}${differs ? `, minus ${methodLabel(baseline.method)}’s` : ''}, over ${axis.name}`,
			reference: differs ? 0 : null,
			format,
			ticks: axis.ticks,
			joined: axis.ordered,
		},
	);
}

/** The words that all labels start with, without a bracket that does not close; the first label if they share none. */
function commonStart(labels: readonly string[]): string {
	const words = labels.map((label) => label.split(' '));
	const shared = words[0].findIndex((word, i) => words.some((other) => other[i] !== word));
	return shared > 0
		? words[0]
				.slice(0, shared)
				.join(' ')
				.replace(/ \([^)]*$/, '')
		: labels[0];
}

interface FigureAxis {
	name: string;
	of(point: ExpandedPoint): number;
	ticks: LineFigure['ticks'];
	/** False for places in the list of points. */
	ordered: boolean;
	/** Each point has methods of its own. */
	ofMethods: boolean;
}

/**
 * The x axis of a sweep: a number field if it differs at every point, the summed learning rate if only numbers are swept, and
 * the point's place in the list otherwise.
 */
function axisOf(experiment: Experiment, points: readonly ExpandedPoint[]): FigureAxis {
	const swept = sweptFields(experiment);
	const numbers = swept.filter((name) => fieldOf(name).kind === 'number');
	const ofMethods = swept.includes('methods');
	const field = numbers.find((name) => new Set(points.map((point) => point.experiment[name])).size === points.length);
	if (field && !ofMethods) {
		const value = (point: ExpandedPoint) => Number(point.experiment[field]);
		const values = points.map(value);
		// Values that double are evenly spaced on a logarithmic axis.
		const logarithmic = Math.min(...values) > 0 && Math.max(...values) >= 4 * Math.min(...values);
		const of = (point: ExpandedPoint) => (logarithmic ? Math.log2(value(point)) : value(point));
		return { name: labelInSentence(field), of, ticks: ticksOf(points, of, (point) => numberText(value(point))), ordered: true, ofMethods };
	}
	if (numbers.includes('learningRate') && numbers.length === swept.length) {
		// Points that were chosen for an equal sum differ in its third digit.
		const of = (point: ExpandedPoint) => Number(cumulativeLearningRate(point.experiment).toPrecision(2));
		return {
			name: 'the sum of learning rates',
			of,
			ticks: ticksOf(points, of, (point) => numberText(of(point))),
			ordered: true,
			ofMethods,
		};
	}
	const choices = swept.filter((name) => fieldOf(name).kind === 'choice');
	const text = (point: ExpandedPoint) => choices.map((name) => valueText(name, point.experiment[name])).join(', ');
	const of = ({ index }: ExpandedPoint) => index + 1;
	return {
		name: choices.length > 0 ? choices.map(labelInSentence).join(' and ') : 'the points of the sweep',
		of,
		ticks: ticksOf(points, of, (point) => text(point) || formatCount(of(point))),
		ordered: false,
		ofMethods,
	};
}

function ticksOf(points: readonly ExpandedPoint[], of: (point: ExpandedPoint) => number, text: (point: ExpandedPoint) => string) {
	const labels = new Map(points.map((point) => [of(point), text(point)]));
	return [...labels].map(([x, label]) => ({ x, label }));
}

const numberText = (value: number) => (Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(3))));
