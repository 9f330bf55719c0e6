/** Groups of runs compared by one measure at a step that all of them reached. A group is a method, or a fork of one. */
import type { Modes } from '../../experiment/bimodal';
import { BASELINE_METHOD } from '../../experiment/methods/own';
import { mean, type PairedDifference, pairedBySeed } from '../../experiment/statistics';
import { readsVectors, taskDescriptor, tokenKind } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import type { RunView } from '../../session/client/store/labSnapshot';
import { modesIn } from './modes';

/** One group's value, mean over its seeds, and its difference from the baseline. */
export interface GroupValue {
	group: string;
	/** The user's name if all of its runs have it. */
	label: string;
	/** False for a hidden baseline: it is there to be compared with. */
	visible: boolean;
	/** Values by seed. */
	bySeed: Map<number, number>;
	mean: number;
	/** The two camps of its seeds, of which the mean says nothing; null if there are none. */
	modes: Modes | null;
	/** Null for the baseline itself, or if no seed has both. */
	difference: PairedDifference | null;
}

type Reader = (run: RunView) => number | null;

/** Values of each group and their differences from the group `baseline` (else vanilla, else the first), paired by seed. */
export function compareGroups(runs: readonly RunView[], read: Reader, baseline: string | null): GroupValue[] {
	const groups = new Map<string, GroupValue>();
	for (const run of runs) {
		const value = read(run);
		if (value === null || !Number.isFinite(value)) continue;
		const { group, label, seed } = run.info;
		const entry = groups.get(group) ?? {
			group,
			label: run.name,
			visible: false,
			bySeed: new Map(),
			mean: 0,
			modes: null,
			difference: null,
		};
		if (entry.label !== run.name) entry.label = label;
		entry.visible ||= run.visible;
		entry.bySeed.set(seed, value);
		groups.set(group, entry);
	}
	const values = [...groups.values()];
	const base = groups.get(baseline ?? '') ?? groups.get(BASELINE_METHOD) ?? values[0];
	for (const entry of values) {
		entry.mean = mean([...entry.bySeed.values()]);
		if (entry !== base) entry.difference = pairedBySeed(entry.bySeed, base.bySeed);
	}
	return values;
}

/** The last step at which every run has the metric; null before there is one. */
function commonStep(runs: readonly RunView[], has: (metrics: RunView['metrics']) => boolean): number | null {
	if (runs.length === 0) return null;
	const steps = runs.map((run) => new Set(run.history.filter((point) => has(point.metrics)).map((point) => point.step)));
	const common = [...steps[0]].filter((step) => steps.every((set) => set.has(step)));
	return common.length > 0 ? Math.max(...common) : null;
}

/** A run's metric at a step; of a list, the entry of `layer` (from 0). */
function metricAt(run: RunView, step: number, key: string, layer = 0): number | null {
	const value = run.history.find((point) => point.step === step && point.metrics[key] !== undefined)?.metrics[key];
	const number = Array.isArray(value) ? value[layer] : value;
	return typeof number === 'number' ? number : null;
}

/** Groups compared by one measure at the last step that they share. */
export interface Comparison {
	measure: string;
	/** Counts from 0; null if the measure is one number. */
	layer: number | null;
	/** Updates done. */
	step: number;
	values: GroupValue[];
}

/** A measure that an answer reports. */
export interface Reported {
	measure: string;
	/** Layers of a measure by layer; `deep` = from 2 on. Absent for one number of the whole model. */
	layers?: 'all' | 'deep';
}

/** True if the answer is about attention to the first token. */
export const comparesFirstToken = ({ task }: Experiment, reports: readonly Reported[] = []): boolean =>
	taskDescriptor(task).sink !== undefined || reports.some(({ measure }) => measure === 'sinkAttention');

/**
 * Comparisons that the answer is based on, the most important first: those of `reports`; without it, for a task about the
 * sink, attention to the first token in the layer that the task names, then the validation loss. Empty before the first
 * measurement. Left out are hidden runs except the baseline, runs of other tasks, runs whose loss became NaN, and runs that
 * were added late and have no measurement yet.
 */
export function comparisons(
	experiment: Experiment,
	runs: readonly RunView[],
	baseline: string | null,
	reports?: readonly Reported[],
): Comparison[] {
	const counting = countingRuns(experiment, runs, baseline);
	const wanted = reports ? reports.flatMap((report) => layersOf(report, counting)) : ofTask(experiment, counting);
	return wanted.flatMap(([measure, layer]) => {
		const has = (metrics: RunView['metrics']) => metrics[measure] !== undefined;
		const measured = counting.some(({ finished }) => finished) ? counting.filter(({ metrics }) => has(metrics)) : counting;
		// A fork that started after the others ended shares no step with them.
		const unforked = measured.filter(({ info }) => info.fork === null);
		const there = commonStep(measured, has) === null ? unforked : measured;
		const step = commonStep(there, has);
		if (step === null) return [];
		const values = compareGroups(there, (run) => metricAt(run, step, measure, layer ?? 0), baseline);
		for (const entry of values) entry.modes = modesIn(measure, entry.bySeed.values());
		return values.some(({ visible }) => visible) ? [{ measure, layer, step, values }] : [];
	});
}

/** A measure with a layer from 0, or null for the whole model. */
type Wanted = [measure: string, layer: number | null];

function layersOf({ measure, layers }: Reported, runs: readonly RunView[]): Wanted[] {
	if (layers === undefined) return [[measure, null]];
	const count = Math.min(...runs.map(({ info }) => info.experiment.layers));
	const first = layers === 'deep' ? 1 : 0;
	return Number.isFinite(count) ? Array.from({ length: Math.max(0, count - first) }, (_, i): Wanted => [measure, first + i]) : [];
}

function ofTask(experiment: Experiment, runs: readonly RunView[]): Wanted[] {
	const { sink } = taskDescriptor(experiment.task);
	const has = sink && runs.every(({ info }) => info.experiment.layers >= sink.layer);
	return [...(has ? [['sinkAttention', sink.layer - 1] as Wanted] : []), ['validationLoss', null]];
}

/** The largest difference of a visible group from the baseline, without its sign; 0 if there is none. */
export const widestDifference = ({ values }: Comparison): number =>
	Math.max(0, ...values.map(({ visible, difference }) => (visible ? Math.abs(difference?.mean ?? 0) : 0)));

export function countingRuns(experiment: Experiment, runs: readonly RunView[], baseline: string | null): RunView[] {
	return runs.filter(
		({ info, visible, divergedAt }) =>
			(visible || info.group === baseline) && divergedAt === null && info.experiment.task === experiment.task,
	);
}

/** Unit of a loss. */
export function lossUnit(experiment: Experiment): string {
	if (readsVectors(experiment)) return 'squared error';
	return tokenKind(experiment) === 'characters' ? 'nats per character' : 'nats per token';
}
