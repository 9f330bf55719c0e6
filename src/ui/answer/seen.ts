/** Results in a link: made from the answer's comparisons, and read back as a sentence. */
import type { SharedGroup, SharedMeasure } from '../../experiment/resultLink';
import { summary } from '../../experiment/statistics';
import type { Experiment } from '../../experiment/types';
import type { RunView } from '../../session/client/store/labSnapshot';
import { comparisons } from '../measures/comparison';
import { measureText } from '../measures/measureText';
import { list, plural } from '../shared/format';

/** Results of the runs for a link; empty before there is a measurement. */
export function sharedMeasures(experiment: Experiment, runs: readonly RunView[], baseline: string | null): SharedMeasure[] {
	const methods = new Map(runs.map(({ info }) => [info.group, info.method]));
	return comparisons(experiment, runs, baseline).map(({ measure, layer, step, values }) => ({
		measure,
		layer,
		step,
		groups: values.map(({ group, label, bySeed, mean }) => {
			const { n, half } = summary(bySeed.values());
			const method = methods.get(group);
			return { name: method === group ? method : label, label, mean, half, n };
		}),
	}));
}

/** `After 600 steps, validation loss: 1.943 ± 0.021 in Vanilla, …` with the number of seeds, and whether they are separated. */
export function seenSentence({ measure, layer, step, groups }: SharedMeasure): string {
	const { label, format } = measureText(measure);
	const name = `${label[0].toLowerCase()}${label.slice(1)}${layer === null ? '' : ` in layer ${layer + 1}`}`;
	const values = groups.map(({ label, mean, half }) => `${format(mean)}${half === null ? '' : ` ± ${format(half)}`} in ${label}`);
	return `After ${plural(step, 'step')}, ${name}: ${list(values)} (${spreadText(groups)}).`;
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
