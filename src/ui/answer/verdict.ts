/** The answer in one sentence. Plain functions. */
import { pairedBySeed } from '../../experiment/statistics';
import { taskDescriptor } from '../../experiment/tasks';
import type { Experiment } from '../../experiment/types';
import { type Comparison, type GroupValue, lossUnit, widestDifference } from '../measures/comparison';
import { measureText } from '../measures/measureText';
import { inSentence, list, plural } from '../shared/format';

/**
 * The methods that are separated from the baseline in the main measure, with their values: `SVFormer has a lower validation
 * loss: 1.900, against 2.100 in Vanilla.` One is called the lowest only if it is separated from every other one shown. Of a
 * measure by layer, it is about the layer with the widest separated difference, if there is one. Null if there is nothing to compare.
 *
 * @param compared comparisons of the answer; the first is the main one
 */
export function verdictSentence(experiment: Experiment, compared: readonly Comparison[]): string | null {
	const main = mainOf(compared);
	if (!main) return null;
	const { values } = main;
	const base = values.find(({ difference }) => difference === null);
	const others = values.filter(({ difference, visible }) => difference !== null && visible);
	if (!base || others.length === 0) return null;
	const say = wording(experiment, main);
	const paired = others.filter(({ difference }) => (difference?.n ?? 0) > 1);
	if (paired.length === 0) {
		const [lowest, next] = [base, ...others].toSorted((a, b) => a.mean - b.mean);
		const distance = lowest === base ? '' : `, ${say.distance(lowest, base)}`;
		return next ? `One seed: ${lowest.label} has ${say.least}${distance}. Add seeds to tell.` : null;
	}
	const below = paired.filter(({ difference }) => difference?.separated && difference.mean < 0);
	const above = paired.filter(({ difference }) => difference?.separated && difference.mean > 0);
	if (below.length === 0 && above.length === 0) {
		const seeds = plural(Math.min(...paired.map(({ difference }) => difference?.n ?? 0)), 'seed');
		return `Not separated from ${base.label} in ${say.name} (${seeds}).`;
	}
	const shown = below.length > 0 ? below : above;
	const best = below.find((entry) => values.every((other) => other === entry || !other.visible || isBelow(entry, other)));
	if (best) return `${best.label} has ${say.least}: ${say.value(best)}${say.of}, against ${say.value(base)} in ${base.label}.`;
	if (shown.length > MOST_NAMED)
		return `${shown.length} of ${others.length} methods have ${below.length > 0 ? say.less : say.more} than ${base.label}.`;
	const have = `${list(shown.map(({ label }) => label))} ${shown.length > 1 ? 'have' : 'has'} ${below.length > 0 ? say.less : say.more}`;
	return `${have}: ${list(shown.map((entry) => say.value(entry)))}${say.of}, against ${say.value(base)} in ${base.label}.`;
}

/**
 * The seeds behind a verdict that names separated methods, and the size of the models: `Separated over 5 seeds. A toy: 2 layers
 * and 1 head.` Null if nothing is separated: the verdict then says so itself.
 */
export function verdictScope({ layers, heads }: Experiment, compared: readonly Comparison[]): string | null {
	const main = mainOf(compared);
	const seeds = (main?.values ?? []).flatMap(({ visible, difference }) => (visible && difference?.separated ? [difference.n] : []));
	if (seeds.length === 0) return null;
	return `Separated over ${plural(Math.min(...seeds), 'seed')}. A toy: ${plural(layers, 'layer')} and ${plural(heads, 'head')}.`;
}

/** Most methods that a verdict names. */
const MOST_NAMED = 3;

/** True if the first group is separated from the second, and below it. */
function isBelow(entry: GroupValue, other: GroupValue): boolean {
	const difference = pairedBySeed(entry.bySeed, other.bySeed);
	return difference?.separated === true && difference.mean < 0;
}

const isSeparated = ({ values }: Comparison): boolean => values.some(({ visible, difference }) => visible && difference?.separated);

/** The comparison that the verdict is about: of the main measure, the layer that separates most. */
function mainOf(compared: readonly Comparison[]): Comparison | null {
	const layers = compared.filter(({ measure }) => measure === compared[0].measure);
	const separated = layers.filter(isSeparated);
	const among = separated.length > 0 ? separated : layers;
	return among.toSorted((a, b) => widestDifference(b) - widestDifference(a))[0] ?? null;
}

interface Wording {
	/** `attention to the first token in layer 1` */
	name: string;
	/** `the lowest …` */
	least: string;
	/** `a lower …` */
	less: string;
	/** `a higher …` */
	more: string;
	value(of: GroupValue): string;
	/** After the values. */
	of: string;
	/** How far the first is below the second. */
	distance(low: GroupValue, high: GroupValue): string;
}

function wording(experiment: Experiment, { measure, layer }: Comparison): Wording {
	const { label, format, unit } = measureText(measure);
	const where = layer === null ? '' : ` in layer ${layer + 1}`;
	const value = ({ mean }: GroupValue) => format(mean);
	if (measure === 'sinkAttention') {
		const token = taskDescriptor(experiment.task).sink?.token ?? 'the first token';
		return {
			name: `attention to ${token}${where}`,
			least: `the smallest sink${where}`,
			less: `a smaller sink${where}`,
			more: `a larger sink${where}`,
			value,
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
		more: `a higher ${name}`,
		value,
		of: '',
		distance: (low, high) => `${shown(high.mean - low.mean)} below ${high.label}`,
	};
}
