/** Results in a link: made from the answer's comparisons, and read back as a sentence. */
import type { SharedGroup, SharedMeasure } from '../../experiment/resultLink';
import { placedName, placeOf } from '../../experiment/sentPlaces';
import { summary } from '../../experiment/statistics';
import { sweepPoints } from '../../experiment/sweep';
import type { Experiment } from '../../experiment/types';
import { isRepeatable } from '../../session/client/results/sentRuns';
import type { RunView } from '../../session/client/store/labSnapshot';
import { type Comparison, comparisons } from '../measures/comparison';
import { measureText } from '../measures/measureText';
import { list, plural } from '../shared/format';

/** Results of the runs for a link; empty before there is a measurement. */
export function sharedMeasures(experiment: Experiment, runs: readonly RunView[], baseline: string | null): SharedMeasure[] {
	if (experiment.sweep) return sweepMeasures(experiment, runs);
	const methods = new Map(runs.map(({ info }) => [info.group, info.method]));
	return comparisons(experiment, runs, baseline).map((found) =>
		measureOf(found, (group, label) => (methods.get(group) === group ? { name: group, label } : { name: label, label })),
	);
}

/** Results of a sweep, point by point: of its finished runs, once there are some. Points that end at other steps are other measures. */
function sweepMeasures(experiment: Experiment, runs: readonly RunView[]): SharedMeasure[] {
	const own = runs.filter(isRepeatable);
	const ended = own.some(({ finished }) => finished) ? own.filter(({ finished }) => finished) : own;
	const measures: SharedMeasure[] = [];
	for (const { index, experiment: at } of sweepPoints(experiment)) {
		// The charts show few runs of a sweep; its results are those of all.
		const here = ended.filter(({ info }) => info.point === index).map((run) => ({ ...run, visible: true }));
		const methods = new Map(here.map(({ info }) => [info.group, info.method]));
		for (const found of comparisons(at, here, null)) {
			const measure = measureOf(found, (group) => {
				const name = placedName(methods.get(group) ?? group, index);
				return { name, label: placeOf(name, experiment)?.label ?? name };
			});
			const same = measures.find((each) => each.measure === measure.measure && each.layer === measure.layer && each.step === measure.step);
			if (same) same.groups.push(...measure.groups);
			else measures.push(measure);
		}
	}
	return measures;
}

function measureOf(
	{ measure, layer, step, values }: Comparison,
	nameOf: (group: string, label: string) => Pick<SharedGroup, 'name' | 'label'>,
): SharedMeasure {
	const groups = values.map(({ group, label, bySeed, mean }) => {
		const { n, half } = summary(bySeed.values());
		return { ...nameOf(group, label), mean, half, n };
	});
	return { measure, layer, step, groups };
}

/** `After 600 steps, validation loss: 1.943 ± 0.021 in Vanilla, …` with the number of seeds, and whether they are separated. */
export function seenSentence({ measure, layer, step, groups }: SharedMeasure): string {
	const { format } = measureText(measure);
	const values = groups.map(({ label, mean, half }) => `${format(mean)}${half === null ? '' : ` ± ${format(half)}`} in ${label}`);
	return `After ${plural(step, 'step')}, ${nameOf({ measure, layer })}: ${list(values)} (${spreadText(groups)}).`;
}

/** `validation loss`, `attention to the first token in layer 2` */
export function nameOf({ measure, layer }: Pick<SharedMeasure, 'measure' | 'layer'>): string {
	const { label } = measureText(measure);
	return `${label[0].toLowerCase()}${label.slice(1)}${layer === null ? '' : ` in layer ${layer + 1}`}`;
}

/** The certainty of the numbers. A link has no pairs of seeds, so it compares intervals instead of the paired test. */
function spreadText(groups: readonly SharedGroup[]): string {
	const [first, ...others] = groups;
	const seeds = Math.min(...groups.map(({ n }) => n));
	if (seeds === 1) return 'one seed, so not separated';
	const intervals = `${seeds} seeds, 95 % intervals`;
	if (others.length === 0) return intervals;
	const apart = others.filter((group) => Math.abs(group.mean - first.mean) > (group.half ?? Infinity) + (first.half ?? Infinity));
	if (apart.length === others.length) return `${intervals} do not overlap ${first.label}’s`;
	if (apart.length === 0) return `${intervals} overlap ${first.label}’s`;
	return `${intervals}: those of ${list(apart.map(({ label }) => label))} do not overlap ${first.label}’s`;
}
