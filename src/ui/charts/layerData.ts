/** Measurements that are a list over layers, as lines over steps. Plain functions. */

import type { Modes } from '../../experiment/bimodal';
import type { RunStyle } from '../../experiment/methods/descriptor';
import type { Metrics } from '../../experiment/records/metrics';
import { lastAt } from '../../session/client/runs/kept';
import type { MetricPoint, RunView } from '../../session/client/store/labSnapshot';
import { modesIn } from '../measures/modes';
import { chartGroups } from './groups';

/** Names of all metrics with a value per layer, in the order in which they first appear. */
export function layerMeasures(latest: readonly Metrics[]): string[] {
	const names = new Set<string>();
	for (const metrics of latest) for (const [name, value] of Object.entries(metrics)) if (Array.isArray(value)) names.add(name);
	return [...names];
}

export interface LayerLine {
	group: string;
	label: string;
	style: RunStyle;
	/** Ascending; `values` has the value at each. */
	steps: number[];
	values: number[];
	/** The values of each seed that has one, at each of the steps. */
	seeds: number[][];
}

/** Most points of a line in a small chart. */
const MOST_POINTS = 300;

/**
 * The lines of every layer (from 0), one per group: the mean over the seeds that have a value at the step. If there are very
 * many steps, it takes evenly spaced ones.
 */
export function layerLines(runs: readonly RunView[], measure: string, layers: number): LayerLine[][] {
	const groups = chartGroups(runs).map((group) => ({ ...group, rows: rowsOf(group.runs, measure) }));
	return Array.from({ length: layers }, (_, layer) =>
		groups.map(({ group, label, style, rows }) => {
			const line: LayerLine = { group, label, style, steps: [], values: [], seeds: [] };
			for (const { step, seeds } of rows) {
				const there = seeds.map((values) => values[layer]).filter((value) => Number.isFinite(value));
				if (there.length === 0) continue;
				line.steps.push(step);
				line.seeds.push(there);
				line.values.push(there.reduce((sum, value) => sum + value, 0) / there.length);
			}
			return line;
		}),
	);
}

interface Row {
	step: number;
	/** The values by layer of each seed that has them. */
	seeds: number[][];
}

/** Measurements of a group's seeds, by step. */
function rowsOf(runs: readonly RunView[], measure: string): Row[] {
	const byStep = new Map<number, number[][]>();
	for (const { history } of runs) {
		for (const { step, values } of measuredLayers(history, measure)) {
			const there = byStep.get(step);
			if (there) there.push(values);
			else byStep.set(step, [values]);
		}
	}
	const rows = [...byStep].map(([step, seeds]) => ({ step, seeds })).sort((a, b) => a.step - b.step);
	const every = Math.ceil(rows.length / MOST_POINTS);
	return every === 1 ? rows : rows.filter((_, i) => i % every === 0 || i === rows.length - 1);
}

function measuredLayers(history: readonly MetricPoint[], measure: string): { step: number; values: number[] }[] {
	return history.flatMap(({ step, metrics }) => {
		const values = metrics[measure];
		return Array.isArray(values) ? [{ step, values }] : [];
	});
}

/** The value of a line at `step` (null: its last); null before its first. */
export function layerValue({ steps, values }: LayerLine, step: number | null): number | null {
	const i = step === null ? steps.length - 1 : lastAt(steps, step);
	return i < 0 ? null : values[i];
}

/** The two camps of a line's seeds at `step` (null: its last); null if there are none. */
export function layerModes({ steps, seeds }: LayerLine, measure: string, step: number | null): Modes | null {
	const i = step === null ? steps.length - 1 : lastAt(steps, step);
	return i < 0 ? null : modesIn(measure, seeds[i]);
}

/** The axes that the charts of all layers share. */
export interface LayerRange {
	bottom: number;
	top: number;
	/** The last step. */
	end: number;
}

/** Axes that include every point and reference, and 0 if `fromZero`. */
export function layerRange(layers: readonly (readonly LayerLine[])[], fromZero: boolean, references: readonly number[]): LayerRange {
	let low = Math.min(...references);
	let high = Math.max(...references);
	let end = 1;
	for (const { steps, values } of layers.flat()) {
		end = Math.max(end, steps[steps.length - 1] ?? 1);
		for (const value of values) {
			low = Math.min(low, value);
			high = Math.max(high, value);
		}
	}
	if (low > high) return { bottom: 0, top: 1, end };
	if (fromZero) return { bottom: Math.min(0, low), top: Math.max(high, 0, low + 1e-6), end };
	return { bottom: low - 0.08 * (high - low || 1), top: Math.max(high, low + 1e-6), end };
}
