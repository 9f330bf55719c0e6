/** Measures by layer at one step, and weights by layer and step. Plain functions. */

import { isWeight } from '../../../experiment/measures/weights';
import type { RunStyle } from '../../../experiment/methods/descriptor';
import type { RunView } from '../../../session/client/store/labSnapshot';
import { layerLines, layerMeasures, layerValue } from '../layerData';
import type { Grid } from './grid';

/** Numbers of most important tokens whose shares are measured. */
export const TOP_COUNTS = [1, 2, 3, 10] as const;
export const topMeasure = (count: (typeof TOP_COUNTS)[number]): string => `topImportance${count}`;

/** The most layers that a run has a measure of. */
const layersOf = (runs: readonly RunView[], measure: string): number =>
	Math.max(0, ...runs.map(({ metrics: { [measure]: value } }) => (Array.isArray(value) ? value.length : 0)));

export interface Profile {
	group: string;
	label: string;
	style: RunStyle;
	/** By layer, mean over seeds; null where nothing was measured. */
	values: (number | null)[];
}

/** The measure of each layer, one profile per group, at its last measurement up to `step` (null = the latest). */
export function layerProfiles(runs: readonly RunView[], measure: string, step: number | null): Profile[] {
	const layers = layerLines(runs, measure, layersOf(runs, measure));
	const profiles = (layers[0] ?? []).map(({ group, label, style }, i) => ({
		group,
		label,
		style,
		values: layers.map((lines) => layerValue(lines[i], step)),
	}));
	return profiles.filter(({ values }) => values.some((value) => value !== null));
}

/** Steps at which runs have the measure, ascending. */
export const measuredSteps = (runs: readonly RunView[], measure: string): number[] =>
	[...new Set(runs.flatMap(({ history }) => history.flatMap(({ step, metrics }) => (metrics[measure] ? [step] : []))))].sort(
		(a, b) => a - b,
	);

export interface WeightGrid extends Grid {
	/** Name of the weight, such as `λ₁`. */
	weight: string;
	group: string;
	label: string;
	style: RunStyle;
	/** Of the columns, ascending. */
	steps: number[];
}

/** Every λ and depth weight by layer (rows) and step (columns), mean over seeds; NaN in layers without it. One grid per weight and group. */
export function weightGrids(runs: readonly RunView[]): WeightGrid[] {
	const weights = layerMeasures(runs.map(({ metrics }) => metrics)).filter(isWeight);
	return weights.flatMap((weight) => {
		const layers = layerLines(runs, weight, layersOf(runs, weight));
		return (layers[0] ?? []).flatMap(({ group, label, style }, i) => {
			const steps = [...new Set(layers.flatMap((lines) => lines[i].steps))].sort((a, b) => a - b);
			if (steps.length === 0) return [];
			const values = new Float32Array(layers.length * steps.length).fill(Number.NaN);
			layers.forEach((lines, layer) => {
				const line = lines[i];
				line.steps.forEach((step, at) => {
					values[layer * steps.length + steps.indexOf(step)] = line.values[at];
				});
			});
			return [{ weight, group, label, style, steps, rows: layers.length, columns: steps.length, values }];
		});
	});
}
