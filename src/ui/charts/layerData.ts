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
