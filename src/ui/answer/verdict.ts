/** The answer in one sentence. Plain functions. */
import { taskDescriptor } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import { type Comparison, type GroupValue, lossUnit, widestDifference } from '../measures/comparison';
import { measureText } from '../measures/measureText';
import { inSentence, plural } from '../shared/format';

/**
 * The method with the smallest value of the main measure and by how much, as far as the seeds allow: `SVFormer has the lowest
 * validation loss, 0.030 nats per character below Vanilla.` Of a measure by layer, it is about the layer in which the groups
 * differ most. Null if there is nothing to compare.
 *
 * @param compared comparisons of the answer; the first is the main one
 */
export function verdictSentence(experiment: Experiment, compared: readonly Comparison[]): string | null {
	const measure = compared[0]?.measure;
	const main = compared.filter((each) => each.measure === measure).reduce<Comparison | null>(more, null);
	if (!main) return null;
	const { values } = main;
	const base = values.find(({ difference }) => difference === null);
	const others = values.filter(({ difference, visible }) => difference !== null && visible);
	if (!base || others.length === 0) return null;
	const say = wording(experiment, main);
	const paired = others.filter(({ difference }) => (difference?.n ?? 0) > 1);
	if (paired.length === 0) {
		const lowest = smallest([base, ...others]);
		if (lowest === base) return `Probably none: ${base.label} has ${say.least}. One seed is too few to be sure.`;
		return `Probably ${lowest.label}: it has ${say.least}, ${say.distance(lowest, base)}. One seed is too few to be sure.`;
	}
	const separated = paired.filter(({ difference }) => difference?.separated);
	const below = separated.filter(({ difference }) => (difference?.mean ?? 0) < 0);
	if (below.length > 0) {
		const best = smallest(below);
		return `${best.label} has ${say.least}: ${say.value(best)}${say.of}, against ${say.value(base)} in ${base.label}.`;
	}
	const seeds = plural(Math.min(...paired.map(({ difference }) => difference?.n ?? 0)), 'seed');
	if (separated.length > 0) return `None: no method has ${say.less} than ${base.label} (${seeds}).`;
	return `Not seen: ${seeds} show no difference from ${base.label} in ${say.name}.`;
}

const smallest = (values: readonly GroupValue[]): GroupValue => values.reduce((best, each) => (each.mean < best.mean ? each : best));

const more = (found: Comparison | null, each: Comparison): Comparison =>
	found && widestDifference(found) >= widestDifference(each) ? found : each;

interface Wording {
	/** `attention to the first token in layer 1` */
	name: string;
	/** `the lowest …` */
	least: string;
	/** `a lower …` */
	less: string;
	value(of: GroupValue): string;
	/** After the first value. */
	of: string;
	/** How far the first is below the second. */
	distance(low: GroupValue, high: GroupValue): string;
}

function wording(experiment: Experiment, { measure, layer }: Comparison): Wording {
	const { label, format, unit } = measureText(measure);
	const where = layer === null ? '' : ` in layer ${layer + 1}`;
	if (measure === 'sinkAttention') {
		const token = taskDescriptor(experiment.task).sink?.token ?? 'the first token';
		return {
			name: `attention to ${token}${where}`,
			least: `the smallest sink${where}`,
			less: `a smaller sink${where}`,
			value: ({ mean }) => format(mean),
			of: ` of attention on ${token}`,
			distance: (low, high) => `${(100 * (high.mean - low.mean)).toFixed(0)} points of attention on ${token} below ${high.label}`,
		};
	}
	const name = `${inSentence(label)}${where}`;
	const units = measure === 'validationLoss' ? lossUnit(experiment) : unit === 'share' ? '' : unit;
	const shown = (value: number) => [format(value), units].filter(Boolean).join(' ');
	return {
		name,
		least: `the lowest ${name}`,
		less: `a lower ${name}`,
		value: ({ mean }) => format(mean),
		of: '',
		distance: (low, high) => `${shown(high.mean - low.mean)} below ${high.label}`,
	};
}
