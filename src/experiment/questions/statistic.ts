/** Numbers that a question's expectations are about: one per seed, so that each has a spread. */
import type { Metrics } from '../records/metrics';

/** A run for a verdict: with its point, and its metrics after the last step. */
export interface JudgedRun {
	/** Canonical name. */
	method: string;
	seed: number;
	/** Index of its point in the sweep; 0 without one. */
	point: number;
	/** null if the run diverged or has not finished. */
	metrics: Metrics | null;
}

/** One number of a run's metrics. */
export interface Quantity {
	/** Key of the metric, such as `sinkAttention`. */
	measure: string;
	/** A layer, counted from 1; `deep` = mean over layers ≥ 2; `highest` = largest over layers. Absent for a metric of the whole model. */
	layer?: number | 'deep' | 'highest';
}

/** A place to read a quantity at. */
interface Where {
	of: Quantity;
	method: string;
	/** Index of the point; absent = 0. */
	point?: number;
}

export type Statistic =
	/** The quantity itself. */
	| ({ kind: 'level' } & Where)
	/** The quantity minus that of `minus`, by seed. `minusPoint` is the other's point, absent = the same. */
	| ({ kind: 'difference'; minus: string; minusPoint?: number } & Where)
	/** The difference of `method` from `minus` at one point, minus the same difference at another. */
	| { kind: 'change'; of: Quantity; method: string; minus: string; from: number; to: number }
	/** Slope of the difference over `x`, one x per point, by least squares. `per`: one unit of x in words. */
	| { kind: 'trend'; of: Quantity; method: string; minus: string; x: readonly number[]; per: string }
	/** Slope of the difference over points of which each has a method of its own. `per`: one unit of x in words. */
	| { kind: 'methodTrend'; of: Quantity; methods: readonly { method: string; point: number; x: number }[]; minus: string; per: string }
	/** Slope of a per-layer metric over the layers from `fromLayer` on. */
	| { kind: 'layerTrend'; measure: string; method: string; fromLayer: number }
	/** The `x` of the method with the smallest value. */
	| { kind: 'best'; of: Quantity; methods: readonly { method: string; x: number }[] };

const finite = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);

/** The quantity in a run's metrics; null if it is missing or not finite. */
export function quantityOf(metrics: Metrics | null, { measure, layer }: Quantity): number | null {
	const found = metrics?.[measure];
	if (found === undefined) return null;
	if (typeof found === 'number') return finite(found);
	if (typeof layer === 'number') return finite(found[layer - 1]);
	if (layer === 'highest') return finite(Math.max(...found));
	const counted = layer === 'deep' ? found.slice(1) : found;
	return finite(counted.reduce((sum, value) => sum + value, 0) / counted.length);
}

/** Slope of a straight line through the points by least squares. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
	const center = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
	const [x, y] = [center(0), center(1)];
	const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
	return points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread;
}

/** The statistic from the runs of one seed. Null if one of those it needs is missing, unfinished or diverged. */
function ofSeed(statistic: Statistic, runs: readonly JudgedRun[]): number | null {
	const metricsOf = (method: string, point = 0) => runs.find((run) => run.method === method && run.point === point)?.metrics ?? null;
	const read = (of: Quantity, method: string, point?: number) => quantityOf(metricsOf(method, point), of);
	const difference = (of: Quantity, method: string, minus: string, point = 0, minusPoint = point) => {
		const [own, other] = [read(of, method, point), read(of, minus, minusPoint)];
		return own === null || other === null ? null : own - other;
	};
	const line = (points: readonly (readonly [number, number | null])[]) => {
		const known = points.filter((point): point is readonly [number, number] => point[1] !== null);
		return known.length === points.length && known.length > 1 ? slope(known) : null;
	};
	switch (statistic.kind) {
		case 'level':
			return read(statistic.of, statistic.method, statistic.point);
		case 'difference':
			return difference(statistic.of, statistic.method, statistic.minus, statistic.point, statistic.minusPoint);
		case 'change': {
			const { of, method, minus, from, to } = statistic;
			const [before, after] = [difference(of, method, minus, from), difference(of, method, minus, to)];
			return before === null || after === null ? null : after - before;
		}
		case 'trend': {
			const { of, method, minus, x } = statistic;
			return line(x.map((value, point) => [value, difference(of, method, minus, point)]));
		}
		case 'methodTrend': {
			const { of, methods, minus } = statistic;
			return line(methods.map(({ method, point, x }) => [x, difference(of, method, minus, point)]));
		}
		case 'layerTrend': {
			const { measure, method, fromLayer } = statistic;
			const found = metricsOf(method)?.[measure];
			if (!Array.isArray(found)) return null;
			return line(found.slice(fromLayer - 1).map((value, i) => [fromLayer + i, finite(value)]));
		}
		case 'best': {
			const values = statistic.methods.map(({ method, x }) => ({ x, value: read(statistic.of, method) }));
			if (values.some(({ value }) => value === null)) return null;
			return values.reduce((best, each) => ((each.value as number) < (best.value as number) ? each : best)).x;
		}
	}
}

/** The statistic by seed, without the seeds that lack a run. */
export function statisticBySeed(statistic: Statistic, runs: readonly JudgedRun[]): Map<number, number> {
	const seeds = [...new Set(runs.map(({ seed }) => seed))];
	return new Map(
		seeds.flatMap((seed): [number, number][] => {
			const value = ofSeed(
				statistic,
				runs.filter((run) => run.seed === seed),
			);
			return value === null ? [] : [[seed, value]];
		}),
	);
}
