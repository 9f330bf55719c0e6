/** The quantities of a sweep's axes: what was swept, what follows from it, and the final metrics. */
import type { CriticalPoint } from '../../../experiment/criticalPoint';
import { type FieldName, fieldOf, labelInSentence } from '../../../experiment/fields';
import { methodLabel } from '../../../experiment/methods/names';
import { effectiveValue } from '../../../experiment/runs';
import { readLambdaValues, weightOf } from '../../../experiment/sweepBuilders';
import { readsVectors } from '../../../experiment/tasks';
import type { Experiment } from '../../../experiment/types';
import { criticalPointOf } from '../../../session/client/runs/criticalPoints';
import { ratesUpTo } from '../../../session/client/runs/learningRates';
import { tokensAt } from '../../../session/client/runs/runGroups';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { inOrder, measureText } from '../../measures/measureText';
import { formatCount, formatShort, list } from '../../shared/format';
import { valueText } from '../../shared/valueText';

/** A point of a sweep. */
export interface PlaceInSweep {
	point: number;
	experiment: Experiment;
}

/** A quantity of which each run has one number. */
export interface SweepQuantity {
	key: string;
	/** In lists and table headings. */
	label: string;
	/** Title of the axis, with the unit. */
	axis: string;
	help?: string;
	format(value: number): string;
	/** Null if the run has no such number. A run of several points is read `at` one of them. */
	of(run: RunView, at?: PlaceInSweep): number | null;
	/** True if its numbers only count places that have no order. */
	unordered?: true;
	/** Label of the line that joins the marks of several methods; undefined for a method with a line of its own. */
	lineOf?(method: string): string | undefined;
}

const digits = (value: number) => Number(value.toPrecision(4)).toString();
const withUnit = (label: string, unit: string) => [label, unit].filter(Boolean).join(', ');

/** A swept field with numbers. */
function fieldQuantity(name: FieldName): SweepQuantity {
	const { label, unit, help } = fieldOf(name);
	const format = (value: number) => (Number.isInteger(value) && Math.abs(value) < 1e6 ? formatCount(value) : digits(value));
	return {
		key: name,
		label,
		axis: withUnit(labelInSentence(name), unit),
		help,
		format,
		of: ({ info }, at = info) => numberOf(at.experiment, name),
	};
}

/** A number field's value, or the one that null stands for. */
function numberOf(experiment: Experiment, name: FieldName): number | null {
	const value = effectiveValue(experiment, name);
	return typeof value === 'number' ? value : null;
}

const DERIVED: readonly SweepQuantity[] = [
	{
		key: 'rates',
		label: 'Σ learning rate',
		axis: 'Σ learning rate',
		help: 'Sum of the learning rates of all steps, warm-up included.',
		format: digits,
		of: ({ info }) => ratesUpTo(info, [])(info.experiment.steps),
	},
	{
		key: 'tokens',
		label: 'Tokens',
		axis: 'tokens trained on',
		format: formatShort,
		of: ({ info }) => tokensAt(info, info.experiment.steps, []),
	},
	{ key: 'parameters', label: 'Parameters', axis: 'parameters', format: formatShort, of: ({ info }) => info.parameters },
	{
		key: 'kv',
		label: 'KV bytes per token',
		axis: 'KV cache, bytes per token',
		format: formatCount,
		of: ({ info }) => info.kvCacheBytesPerToken,
	},
];

/** Costs that the loss is set against. */
export const COSTS = DERIVED.filter(({ key }) => key !== 'rates');

/**
 * The place of a run's point in the sweep, from 1: for sweeps of methods and choices, which no number orders. If a choice is
 * swept, its names stand for the places.
 */
function pointQuantity(swept: readonly FieldName[], points: readonly Experiment[]): SweepQuantity {
	const choices = swept.filter((name) => fieldOf(name).kind === 'choice');
	const nameOf = (place: number) => {
		const point = points[place - 1];
		return (point && choices.map((name) => valueText(name, point[name])).join(', ')) || formatCount(place);
	};
	const label = choices.length > 0 ? list(choices.map((name) => fieldOf(name).label)) : 'Point of the sweep';
	return {
		key: 'point',
		label,
		axis: choices.length > 0 ? list(choices.map(labelInSentence)) : 'point of the sweep',
		format: nameOf,
		unordered: true,
		of: ({ info }, at = info) => at.point + 1,
	};
}

/** The λ of a method that differs from point to point; null if something else is swept. `points` are their experiments. */
function lambdaQuantity(points: readonly Experiment[]): SweepQuantity | null {
	const found = readLambdaValues(points.map(({ methods }) => ({ methods })));
	const weight = found && weightOf(found.of);
	if (!found || !weight || points.length < 2) return null;
	const names = new Set(points.map(({ methods }) => methods[1]));
	const label = methodLabel(found.of.method).replace(/ \(.*\)$/, '');
	return {
		key: 'lambda',
		label: `${weight.label} of ${label}`,
		axis: `${weight.label}, weight ${weight.of}`,
		format: digits,
		of: ({ info }, at = info) => found.values[at.point] ?? null,
		lineOf: (method) => (names.has(method) ? label : undefined),
	};
}

/**
 * Quantities of the x axis: what was swept, then what follows from the experiment. A number that does not tell the points apart
 * comes after the points themselves.
 */
export function xQuantities(swept: readonly FieldName[], points: readonly Experiment[]): SweepQuantity[] {
	const numbers = swept.filter((name) => fieldOf(name).kind === 'number');
	const lambda = swept.length === 1 && swept[0] === 'methods' ? lambdaQuantity(points) : null;
	const others = numbers.length < swept.length ? [pointQuantity(swept, points)] : [];
	const isApart = (name: FieldName) => others.length === 0 || new Set(points.map((point) => point[name])).size === points.length;
	const [apart, alike] = [numbers.filter(isApart), numbers.filter((name) => !isApart(name))];
	return [...apart.map(fieldQuantity), ...(lambda ? [lambda] : []), ...others, ...alike.map(fieldQuantity), ...DERIVED];
}

/** A metric of the end of a run, or the step at which the baseline passes it. */
export interface SweepMetric extends SweepQuantity {
	/** Name of the measure, without a layer. */
	measure: string;
	/** False if a difference from the baseline has no meaning. */
	differs: boolean;
	/** The values that are possible. */
	limits: readonly [number, number];
}

const ANY = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** Layer from 0; null for one number of the whole model. `unit` is the loss's. */
function metric(key: string, layer: number | null, unit?: string): SweepMetric {
	const text = measureText(key, layer !== null);
	const label = layer === null ? text.label : `${text.label}, layer ${layer + 1}`;
	return {
		key: layer === null ? key : `${key}.layer${layer + 1}`,
		measure: key,
		label,
		axis: withUnit(label.toLowerCase(), (key === 'validationLoss' && unit) || text.unit),
		help: text.help,
		format: text.format,
		differs: true,
		limits: text.isShare ? [0, 1] : ANY,
		of({ finished, divergedAt, metrics }) {
			if (!finished || divergedAt !== null) return null;
			const value = metrics[key];
			const number = Array.isArray(value) ? value[layer ?? 0] : layer === null ? value : undefined;
			return typeof number === 'number' && Number.isFinite(number) ? number : null;
		},
	};
}

/** Metrics that runs have, the validation loss first, and last the critical point. `baselineOf` finds the run to compare with. */
export function metricsOf(runs: readonly RunView[], baselineOf: (run: RunView) => RunView | undefined): SweepMetric[] {
	/** Largest number of layers of each; 0 = one number. */
	const layers = new Map<string, number>([['validationLoss', 0]]);
	for (const { metrics } of runs)
		for (const [key, value] of Object.entries(metrics))
			layers.set(key, Math.max(layers.get(key) ?? 0, Array.isArray(value) ? value.length : 0));
	const ordered = inOrder(layers.keys());
	const whole = ordered.filter((key) => layers.get(key) === 0);
	const perLayer = ordered.filter((key) => layers.get(key) !== 0);
	const unit = runs.some(({ info }) => readsVectors(info.experiment)) ? 'squared error' : undefined;
	return [
		...whole.map((key) => metric(key, null, unit)),
		criticalMetric(baselineOf),
		...perLayer.flatMap((key) => Array.from({ length: layers.get(key) ?? 0 }, (_, layer) => metric(key, layer))),
	];
}

export const CRITICAL_KEY = 'criticalPoint';

function criticalMetric(baselineOf: (run: RunView) => RunView | undefined): SweepMetric {
	return {
		key: CRITICAL_KEY,
		measure: CRITICAL_KEY,
		label: 'Critical point',
		axis: 'critical point, step',
		format: formatCount,
		differs: false,
		limits: [0, Number.POSITIVE_INFINITY],
		of(run) {
			const point: CriticalPoint | null = criticalPointOf(run, baselineOf(run));
			return typeof point === 'number' ? point : null;
		},
	};
}
