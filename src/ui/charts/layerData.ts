/** Measurements that are a list over layers, as lines over steps. Plain functions. */

import type { Metrics, RunInfo } from '../../session/client/protocol';
import type { MetricPoint } from '../../session/client/snapshot';
import { mean } from '../../session/client/statistics';

/** The names of all metrics that hold a value a layer, in the order in which they first came. */
export function layerMeasures(latest: readonly Metrics[]): string[] {
	const names = new Set<string>();
	for (const metrics of latest) for (const [name, value] of Object.entries(metrics)) if (Array.isArray(value)) names.add(name);
	return [...names];
}

export interface LayerLine {
	method: string;
	label: string;
	points: { step: number; value: number }[];
}

/** Lines of one layer (from 0), one a method: the mean over those of its seeds that have a value at the step. */
export function layerLines(
	runs: readonly RunInfo[],
	histories: readonly (readonly MetricPoint[])[],
	measure: string,
	layer: number,
): LayerLine[] {
	const lines = new Map<string, { label: string; byStep: Map<number, number[]> }>();
	for (const [i, { method, label }] of runs.entries()) {
		const line = lines.get(method) ?? { label, byStep: new Map() };
		lines.set(method, line);
		for (const { step, metrics } of histories[i]) {
			const values = metrics[measure];
			const value = Array.isArray(values) ? values[layer] : undefined;
			if (value === undefined || !Number.isFinite(value)) continue;
			const there = line.byStep.get(step);
			if (there) there.push(value);
			else line.byStep.set(step, [value]);
		}
	}
	return [...lines].map(([method, { label, byStep }]) => ({
		method,
		label,
		points: [...byStep].sort((a, b) => a[0] - b[0]).map(([step, values]) => ({ step, value: mean(values) })),
	}));
}

/** The axes that the charts of all layers share. */
export interface LayerRange {
	bottom: number;
	top: number;
	/** The last step. */
	end: number;
}

/** Room for every point and the reference; from 0 where the measure is read so. */
export function layerRange(layers: readonly (readonly LayerLine[])[], fromZero: boolean, reference: number | null): LayerRange {
	const points = layers.flatMap((lines) => lines.flatMap((line) => line.points));
	const values = [...points.map((point) => point.value), ...(reference === null ? [] : [reference])];
	const end = Math.max(1, ...points.map((point) => point.step));
	if (values.length === 0) return { bottom: 0, top: 1, end };
	const low = Math.min(...values);
	const high = Math.max(...values);
	if (fromZero) return { bottom: Math.min(0, low), top: Math.max(high, 0, low + 1e-6), end };
	return { bottom: low - 0.08 * (high - low || 1), top: Math.max(high, low + 1e-6), end };
}
