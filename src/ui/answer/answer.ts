/**
 * The state of the answer, as a sentence out of measured numbers: what each group of runs reached at the last step that
 * all of them reached, over how many seeds, and whether that separates them (METHODS.md section 3). A group is a method,
 * or a fork of one: its runs differ by their seed alone.
 */
import { type Experiment, readsCharacters } from '../../experiment/types';
import { smoothedAt } from '../../session/client/runs/lossSeries';
import { mean, type PairedDifference, pairedBySeed } from '../../session/client/runs/statistics';
import type { RunView } from '../../session/client/store/labSnapshot';
import { formatCount, formatLoss, formatShare, list, plural } from '../shared/format';

/** One group's value, mean over its seeds, and its difference from the baseline. */
export interface GroupValue {
	group: string;
	/** The user's name where all of its runs bear it. */
	label: string;
	/** Whether it is shown; a hidden one is there as what the others are compared with. */
	visible: boolean;
	/** Values by seed. */
	bySeed: Map<number, number>;
	mean: number;
	/** Null for the baseline itself, or where no seed has both. */
	difference: PairedDifference | null;
}

type Reader = (run: RunView) => number | null;

/** Each group's values and differences from the group `baseline` (else from vanilla, else the first), paired by seed. */
export function compareGroups(runs: readonly RunView[], read: Reader, baseline: string | null): GroupValue[] {
	const groups = new Map<string, GroupValue>();
	for (const run of runs) {
		const value = read(run);
		if (value === null || !Number.isFinite(value)) continue;
		const { group, label, seed } = run.info;
		const entry = groups.get(group) ?? { group, label: run.name, visible: false, bySeed: new Map(), mean: 0, difference: null };
		if (entry.label !== run.name) entry.label = label;
		entry.visible ||= run.visible;
		entry.bySeed.set(seed, value);
		groups.set(group, entry);
	}
	const values = [...groups.values()];
	const base = groups.get(baseline ?? '') ?? groups.get('vanilla') ?? values[0];
	for (const entry of values) {
		entry.mean = mean([...entry.bySeed.values()]);
		if (entry !== base) entry.difference = pairedBySeed(entry.bySeed, base.bySeed);
	}
	return values;
}

/** The last step at which every run has the metric; null before there is one. */
export function commonStep(runs: readonly RunView[], has: (metrics: RunView['metrics']) => boolean): number | null {
	if (runs.length === 0) return null;
	const steps = runs.map((run) => new Set(run.history.filter((point) => has(point.metrics)).map((point) => point.step)));
	const common = [...steps[0]].filter((step) => steps.every((set) => set.has(step)));
	return common.length > 0 ? Math.max(...common) : null;
}

/** A run's metric at a step; of a list, the entry of `layer` (from 0). */
export function metricAt(run: RunView, step: number, key: string, layer = 0): number | null {
	const value = run.history.find((point) => point.step === step && point.metrics[key] !== undefined)?.metrics[key];
	const number = Array.isArray(value) ? value[layer] : value;
	return typeof number === 'number' ? number : null;
}

/** Groups compared by one measure at the last step that they share. */
export interface Comparison {
	measure: string;
	/** Counts from 0; null where the measure is one number. */
	layer: number | null;
	/** Updates done. */
	step: number;
	values: GroupValue[];
}

/**
 * What the answer rests on, the most telling first: on Bigram-Backcopy attention to `<s>` in layer 2, then the validation
 * loss. Empty before there is a measurement. Hidden runs (but for the baseline), runs of other tasks and runs whose loss was no
 * number are left out; so are those that were added late and have not got to a measurement.
 */
export function comparisons(experiment: Experiment, runs: readonly RunView[], baseline: string | null): Comparison[] {
	const counting = countingRuns(experiment, runs, baseline);
	const sink = experiment.task === 'backcopy' && counting.every(({ info }) => info.experiment.layers > 1);
	const wanted: [measure: string, layer: number | null][] = [
		...(sink ? [['sinkAttention', 1] as [string, number]] : []),
		['validationLoss', null],
	];
	return wanted.flatMap(([measure, layer]) => {
		const has = (metrics: RunView['metrics']) => metrics[measure] !== undefined;
		const measured = counting.some(({ finished }) => finished) ? counting.filter(({ metrics }) => has(metrics)) : counting;
		// A fork that began where the others ended shares no step with them.
		const begun = measured.filter(({ info }) => info.fork === null);
		const there = commonStep(measured, has) === null ? begun : measured;
		const step = commonStep(there, has);
		if (step === null) return [];
		const values = compareGroups(there, (run) => metricAt(run, step, measure, layer ?? 0), baseline);
		return values.some(({ visible }) => visible) ? [{ measure, layer, step, values }] : [];
	});
}

function countingRuns(experiment: Experiment, runs: readonly RunView[], baseline: string | null): RunView[] {
	return runs.filter(
		({ info, visible, divergedAt }) =>
			(visible || info.group === baseline) && divergedAt === null && info.experiment.task === experiment.task,
	);
}

/** The sentence; null before the first loss. `baseline` is the group that the others are compared with; null = vanilla, or else the first. */
export function answerSentence(experiment: Experiment, runs: readonly RunView[], baseline: string | null): string | null {
	const [first] = comparisons(experiment, runs, baseline);
	if (!first) return trainingSentence(experiment, countingRuns(experiment, runs, baseline), baseline);
	const { measure, step, values } = first;
	const found =
		measure === 'sinkAttention'
			? `layer 2 gives <s> ${enumerate(values, formatShare)}`
			: `the validation loss is ${enumerate(values, formatLoss, unitOf(experiment))}`;
	return `After ${plural(step, 'step')}, ${found} ${verdict(values)}.`;
}

/** What a loss is counted in. */
export function unitOf(experiment: Experiment): string {
	return readsCharacters(experiment.task) ? 'nats per character' : 'nats per token';
}

/** Before the first validation: the training loss, over the last 20 steps that all runs have done. */
function trainingSentence(experiment: Experiment, runs: readonly RunView[], baseline: string | null): string | null {
	const steps = Math.min(...runs.map((run) => run.series.length));
	if (!Number.isFinite(steps) || steps < 1) return null;
	const values = compareGroups(runs, (run) => smoothedAt(run.series, steps - 1, 20), baseline);
	if (!values.some(({ visible }) => visible)) return null;
	const over = Math.min(20, 1 + Math.floor((steps - 1) / 8));
	return `After ${plural(steps, 'step')}, the training loss (${over === 1 ? 'last step' : `mean of ${over} steps`}) is ${enumerate(values, formatLoss, unitOf(experiment))} ${verdict(values)}.`;
}

/** Groups that a sentence names one by one; of more it says the range. */
const MOST_NAMED = 6;

function enumerate(all: readonly GroupValue[], format: (value: number) => string, unit = ''): string {
	const values = all.filter(({ visible }) => visible);
	const shown = (value: number, first: boolean) => `${format(value)}${first && unit ? ` ${unit}` : ''}`;
	if (values.length <= MOST_NAMED) return list(values.map(({ label, mean }, i) => `${shown(mean, i === 0)} in ${label}`));
	const [low, ...others] = values.toSorted((a, b) => a.mean - b.mean);
	const high = others[others.length - 1];
	return `from ${shown(low.mean, true)} in ${low.label} to ${shown(high.mean, false)} in ${high.label}`;
}

/** `(one seed, …)` or `(3 seeds: A separated from Vanilla, B not separated, C of one seed, so not separated)`. */
function verdict(values: readonly GroupValue[]): string {
	const compared = values.filter((entry) => entry.difference !== null);
	const seeds = Math.max(...values.map((entry) => entry.bySeed.size));
	if (compared.length === 0) return seeds === 1 ? '(one seed)' : `(${formatCount(seeds)} seeds)`;
	const paired = compared.filter((entry) => (entry.difference?.n ?? 0) > 1);
	if (paired.length === 0) return '(one seed, so not separated)';
	const pairs = Math.min(...paired.map((entry) => entry.difference?.n ?? 0));
	const separated = paired.filter((entry) => entry.difference?.separated);
	const baseline = values.find((entry) => entry.difference === null)?.label ?? '';
	if (paired.length === compared.length && separated.length === 0) return `(${pairs} seeds, not separated from ${baseline})`;
	if (separated.length === compared.length) return `(${pairs} seeds, separated from ${baseline})`;
	if (values.length > MOST_NAMED) return `(${pairs} seeds: ${separated.length} of ${compared.length} separated from ${baseline})`;
	const named = (entries: readonly GroupValue[], words: string) =>
		entries.length > 0 ? [`${list(entries.map(({ label }) => label))} ${words}`] : [];
	const parts = [
		...named(separated, `separated from ${baseline}`),
		...named(
			paired.filter((entry) => !entry.difference?.separated),
			separated.length > 0 ? 'not separated' : `not separated from ${baseline}`,
		),
		// A fork of one run, beside groups of several.
		...named(
			compared.filter((entry) => !paired.includes(entry)),
			'of one seed, so not separated',
		),
	];
	return `(${pairs} seeds: ${parts.join(', ')})`;
}
