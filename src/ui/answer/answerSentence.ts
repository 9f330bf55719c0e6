import { labelInSentence } from '../../experiment/fields';
import { summary } from '../../experiment/statistics';
import { sweptFields } from '../../experiment/sweep';
import { taskDescriptor } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import { smoothedAt } from '../../session/client/runs/lossSeries';
import type { RunView } from '../../session/client/store/labSnapshot';
import {
	type Comparison,
	compareGroups,
	comparisons,
	countingRuns,
	type GroupValue,
	lossUnit,
	type Reported,
	widestDifference,
} from '../measures/comparison';
import { measureText } from '../measures/measureText';
import { modesText } from '../measures/modes';
import { formatCount, formatLoss, formatShare, inSentence, list, plural, sentence } from '../shared/format';

const ALL_DIVERGED = 'Every run stopped, because its loss or its gradient became NaN or infinite: there is nothing to compare.';

/**
 * The answer as a sentence: each group's value at the last common step, the number of seeds, and whether the groups are
 * separated (docs/METHODS.md section 3). With `reports`, a sentence for every layer that they name, with 95 % intervals
 * and the value of uniform attention. Null before the first loss.
 *
 * @param baseline the group that the others are compared with; null = vanilla, or else the first
 */
export function answerSentence(
	experiment: Experiment,
	runs: readonly RunView[],
	baseline: string | null,
	reports?: readonly Reported[],
): string | null {
	if (runs.length > 0 && runs.every(({ divergedAt }) => divergedAt !== null)) return ALL_DIVERGED;
	if (experiment.sweep) return sweepSentence(experiment, runs);
	const found = comparisons(experiment, runs, baseline, reports);
	if (found.length === 0) return trainingSentence(experiment, countingRuns(experiment, runs, baseline), baseline);
	const spread = reports !== undefined;
	const told = reportedLayers(found, reports);
	const clauses = told.map((each) => `${clause(experiment, each, spread)} ${verdict(each.values)}.`);
	const intervals = spread && told.some(({ values }) => values.some(({ bySeed }) => bySeed.size > 1));
	const rest = [...(spread ? references(experiment, told) : []), ...(intervals ? ['± is the 95 % interval over seeds.'] : [])];
	return [`After ${plural(found[0].step, 'step')}, ${clauses[0]}`, ...clauses.slice(1).map(sentence), ...rest].join(' ');
}

/** The comparisons that an answer gives numbers of. */
const reportedLayers = (found: readonly Comparison[], reports?: readonly Reported[]): readonly Comparison[] =>
	reports ? foundLayers(found) : found.slice(0, 1);

/** Most groups in a table of seeds; of more, the sentence gives the range. */
const MOST_ROWS = 12;

/** The comparisons of an answer whose groups have several seeds: a table shows them. Null if a sentence is enough, or the groups are too many. */
export function comparedSeeds(
	experiment: Experiment,
	runs: readonly RunView[],
	baseline: string | null,
	reports?: readonly Reported[],
): readonly Comparison[] | null {
	if (experiment.sweep) return null;
	const found = reportedLayers(comparisons(experiment, runs, baseline, reports), reports);
	const several = found.some(({ values }) => values.some(({ visible, bySeed }) => visible && bySeed.size > 1));
	const groups = Math.max(0, ...found.map(({ values }) => values.filter(({ visible }) => visible).length));
	return several && groups <= MOST_ROWS ? found : null;
}

/** Most layers of a measure that are reported one by one; of more, the one in which the groups differ most. */
const MOST_LAYERS = 3;

function foundLayers(found: readonly Comparison[]): Comparison[] {
	return [...new Set(found.map(({ measure }) => measure))].flatMap((measure) => {
		const layers = found.filter((each) => each.measure === measure);
		return layers.length > MOST_LAYERS
			? [layers.reduce((most, each) => (widestDifference(each) > widestDifference(most) ? each : most))]
			: layers;
	});
}

/** `layer 2 gives <s> 11 % in Vanilla and 2.0 % in SVFormer` */
function clause(experiment: Experiment, { measure, layer, values }: Comparison, spread: boolean): string {
	const { sink } = taskDescriptor(experiment.task);
	if (measure === 'sinkAttention' && layer !== null && (sink || spread))
		return `layer ${layer + 1} gives ${sink?.token ?? 'the first token'} ${enumerate(values, formatShare, '', spread)}`;
	if (measure === 'validationLoss') return `the validation loss is ${enumerate(values, formatLoss, lossUnit(experiment), spread)}`;
	const { label, format } = measureText(measure, layer !== null);
	const where = layer === null ? '' : ` of layer ${layer + 1}`;
	return `${inSentence(label)}${where} is ${enumerate(values, format, '', spread)}`;
}

/** The values of uniform attention, or of another reference, of the measures reported. */
function references({ sequenceLength }: Experiment, found: readonly Comparison[]): string[] {
	return [...new Set(found.map(({ measure }) => measure))].flatMap((measure) => {
		const { reference, format } = measureText(measure);
		return reference ? [`${sentence(reference.text).slice(0, -1)}: ${format(reference.at(sequenceLength))}.`] : [];
	});
}

/** A sweep's panel has the numbers of its points, so its answer only says what is swept and how far it is. */
function sweepSentence(experiment: Experiment, runs: readonly RunView[]): string | null {
	if (runs.length === 0) return null;
	const done = runs.filter(({ finished, divergedAt }) => finished || divergedAt !== null).length;
	const diverged = runs.filter(({ divergedAt }) => divergedAt !== null).length;
	const count =
		diverged > 0 && done === runs.length
			? `${formatCount(done - diverged)} of ${plural(done, 'run')} finished, and ${formatCount(diverged)} diverged`
			: done === runs.length
				? `${plural(done, 'run')}, all finished`
				: `${formatCount(done)} of ${plural(runs.length, 'run')} finished`;
	return `A sweep of ${list(sweptFields(experiment).map(labelInSentence))}: ${count}. The chart below has each method at every point.`;
}

/** Before the first validation: the training loss, mean of the last 20 steps that all runs have taken. */
function trainingSentence(experiment: Experiment, runs: readonly RunView[], baseline: string | null): string | null {
	const steps = Math.min(...runs.map((run) => run.series.length));
	if (!Number.isFinite(steps) || steps < 1) return null;
	const values = compareGroups(runs, (run) => smoothedAt(run.series, steps - 1, 20), baseline);
	if (!values.some(({ visible }) => visible)) return null;
	const over = Math.min(20, 1 + Math.floor((steps - 1) / 8));
	return `After ${plural(steps, 'step')}, the training loss (${over === 1 ? 'last step' : `mean of ${over} steps`}) is ${enumerate(values, formatLoss, lossUnit(experiment))} ${verdict(values)}.`;
}

/** Most groups that a sentence names one by one; of more, it gives the range. */
const MOST_NAMED = 6;

function enumerate(all: readonly GroupValue[], format: (value: number) => string, unit = '', spread = false): string {
	const values = all.filter(({ visible }) => visible);
	const shown = (value: number, first: boolean, half: number | null = null) =>
		`${format(value)}${spread && half !== null ? ` ± ${format(half)}` : ''}${first && unit ? ` ${unit}` : ''}`;
	if (values.length <= MOST_NAMED)
		return list(
			values.map(({ label, mean, bySeed, modes }, i) => {
				const count = spread && modes ? ` (${modesText(modes, format)})` : '';
				return `${shown(mean, i === 0, summary(bySeed.values()).half)} in ${label}${count}`;
			}),
		);
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
	const named = (entries: readonly GroupValue[], verdict: string) =>
		entries.length > 0 ? [`${list(entries.map(({ label }) => label))} ${verdict}`] : [];
	const parts = [
		...named(separated, `separated from ${baseline}`),
		...named(
			paired.filter((entry) => !entry.difference?.separated),
			separated.length > 0 ? 'not separated' : `not separated from ${baseline}`,
		),
		// A fork of one run, compared with groups of several.
		...named(
			compared.filter((entry) => !paired.includes(entry)),
			'of one seed, so not separated',
		),
	];
	return `(${pairs} seeds: ${parts.join(', ')})`;
}
