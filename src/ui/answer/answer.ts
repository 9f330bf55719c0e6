/**
 * The state of the answer, as a sentence out of measured numbers: what each method reached at the last step that all of
 * them reached, over how many seeds, and whether that separates them (METHODS.md section 3).
 */
import type { Experiment } from '../../experiment/types';
import { smoothedAt } from '../../session/client/series';
import type { RunView } from '../../session/client/snapshot';
import { mean, type PairedDifference, pairedDifference } from '../../session/client/statistics';
import { formatCount, formatLoss, formatShare, list, plural } from '../format';

/** One method's value, mean over its seeds, and its difference from the baseline. */
export interface MethodValue {
	method: string;
	label: string;
	/** Values by seed. */
	bySeed: Map<number, number>;
	mean: number;
	/** Null for the baseline itself, or where no seed has both. */
	difference: PairedDifference | null;
}

type Reader = (run: RunView) => number | null;

/** Each method's values and differences from vanilla (or else the first method), paired by seed. */
export function compareMethods(runs: readonly RunView[], read: Reader): MethodValue[] {
	const methods = new Map<string, MethodValue>();
	for (const run of runs) {
		const value = read(run);
		if (value === null || !Number.isFinite(value)) continue;
		const { method, label, seed } = run.info;
		const entry = methods.get(method) ?? { method, label, bySeed: new Map(), mean: 0, difference: null };
		entry.bySeed.set(seed, value);
		methods.set(method, entry);
	}
	const values = [...methods.values()];
	const baseline = methods.get('vanilla') ?? values[0];
	for (const entry of values) {
		entry.mean = mean([...entry.bySeed.values()]);
		if (entry === baseline) continue;
		const pairs = [...entry.bySeed].filter(([seed]) => baseline.bySeed.has(seed));
		if (pairs.length > 0) entry.difference = pairedDifference(pairs.map(([seed, value]) => value - (baseline.bySeed.get(seed) as number)));
	}
	return values;
}

/** The last step at which every run that still counts has the metric; null before there is one. */
export function commonStep(runs: readonly RunView[], has: (metrics: RunView['metrics']) => boolean): number | null {
	const counting = runs.filter((run) => run.divergedAt === null);
	if (counting.length === 0) return null;
	const steps = counting.map((run) => new Set(run.history.filter((point) => has(point.metrics)).map((point) => point.step)));
	const common = [...steps[0]].filter((step) => steps.every((set) => set.has(step)));
	return common.length > 0 ? Math.max(...common) : null;
}

/** A run's metric at a step; of a list, the entry of `layer` (from 0). */
export function metricAt(run: RunView, step: number, key: string, layer = 0): number | null {
	const value = run.history.find((point) => point.step === step && point.metrics[key] !== undefined)?.metrics[key];
	const number = Array.isArray(value) ? value[layer] : value;
	return typeof number === 'number' ? number : null;
}

/** The sentence; null before the first loss. Runs whose loss was no number are left out, and said so. */
export function answerSentence(experiment: Experiment, runs: readonly RunView[]): string | null {
	const counting = runs.filter((run) => run.divergedAt === null);
	if (experiment.task === 'backcopy' && experiment.layers > 1) {
		const step = commonStep(counting, (metrics) => Array.isArray(metrics.sinkAttention));
		if (step !== null) {
			const values = compareMethods(counting, (run) => metricAt(run, step, 'sinkAttention', 1));
			return `After ${plural(step, 'step')}, layer 2 gives <s> ${enumerate(values, formatShare)} ${verdict(values)}.`;
		}
	}
	const step = commonStep(counting, (metrics) => typeof metrics.validationLoss === 'number');
	if (step !== null) {
		const values = compareMethods(counting, (run) => metricAt(run, step, 'validationLoss'));
		return `After ${plural(step, 'step')}, the validation loss is ${enumerate(values, formatLoss, unitOf(experiment))} ${verdict(values)}.`;
	}
	return trainingSentence(experiment, counting);
}

/** What a loss is counted in. */
export function unitOf(experiment: Experiment): string {
	return ['text', 'own-text', 'backcopy'].includes(experiment.task) ? 'nats per character' : 'nats per token';
}

/** Before the first validation: the training loss, over the last 20 steps that all runs have done. */
function trainingSentence(experiment: Experiment, runs: readonly RunView[]): string | null {
	const steps = Math.min(...runs.map((run) => run.series.length));
	if (!Number.isFinite(steps) || steps < 1) return null;
	const values = compareMethods(runs, (run) => smoothedAt(run.series, steps - 1, 20));
	const over = Math.min(20, 1 + Math.floor((steps - 1) / 8));
	return `After ${plural(steps, 'step')}, the training loss (${over === 1 ? 'last step' : `mean of ${over} steps`}) is ${enumerate(values, formatLoss, unitOf(experiment))} ${verdict(values)}.`;
}

function enumerate(values: readonly MethodValue[], format: (value: number) => string, unit = ''): string {
	return list(values.map(({ label, mean }, i) => `${format(mean)}${i === 0 && unit ? ` ${unit}` : ''} in ${label}`));
}

/** `(one seed, …)` or `(3 seeds: A separated from Vanilla, B not separated)`. */
function verdict(values: readonly MethodValue[]): string {
	const compared = values.filter((entry) => entry.difference !== null);
	const seeds = Math.max(...values.map((entry) => entry.bySeed.size));
	if (compared.length === 0) return seeds === 1 ? '(one seed)' : `(${formatCount(seeds)} seeds)`;
	const pairs = Math.min(...compared.map((entry) => entry.difference?.n ?? 0));
	if (pairs < 2) return '(one seed, so not separated)';
	const separated = compared.filter((entry) => entry.difference?.separated);
	const baseline = values.find((entry) => entry.difference === null)?.label ?? '';
	if (separated.length === 0) return `(${pairs} seeds, not separated from ${baseline})`;
	if (separated.length === compared.length) return `(${pairs} seeds, separated from ${baseline})`;
	const not = compared.filter((entry) => !entry.difference?.separated);
	return `(${pairs} seeds: ${list(separated.map((entry) => entry.label))} separated from ${baseline}, ${list(not.map((entry) => entry.label))} not separated)`;
}
