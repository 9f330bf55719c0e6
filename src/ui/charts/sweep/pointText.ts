/** Points of a sweep, and what is read from it, in words. Plain functions. */

import { type FieldName, labelInSentence } from '../../../experiment/fields';
import { verdictText } from '../../../experiment/statistics';
import type { Experiment } from '../../../experiment/types';
import { list } from '../../shared/format';
import { valueText } from '../../shared/valueText';
import type { CellValues, SweepCell } from './cells';

/** The values of the swept fields: `sequence length 128, batch size 8`; empty if only the methods differ. */
export const pointText = (experiment: Experiment, swept: readonly FieldName[]): string =>
	swept
		.filter((name) => name !== 'methods')
		.map((name) => `${labelInSentence(name)} ${valueText(name, experiment[name])}`)
		.join(', ');

/** Most points that a text names. */
const MOST_POINTS = 12;

/** Several points: `learning rate 0.001, 0.002 and 0.003`, or with two fields `steps 100, learning rate 0.002; steps 200, …`. */
export function pointsText(experiments: readonly Experiment[], swept: readonly FieldName[]): string {
	const fields = swept.filter((name) => name !== 'methods');
	const named = experiments.slice(0, MOST_POINTS);
	const more = experiments.length > named.length ? ` and ${experiments.length - named.length} more` : '';
	if (fields.length !== 1) return named.map((experiment) => pointText(experiment, swept)).join('; ') + more;
	const [name] = fields;
	const values = named.map((experiment) => valueText(name, experiment[name]));
	return `${labelInSentence(name)} ${more ? values.join(', ') + more : list(values)}`;
}

/** A cell in words: `SVFormer, sequence length 128, batch size 8`. */
export const cellText = ({ label, experiment }: SweepCell, swept: readonly FieldName[]): string =>
	[label, pointText(experiment, swept)].filter(Boolean).join(', ');

/** `−0.052 ± 0.031, separated (3 seeds)`; `–` without a difference. */
export function differenceText({ difference }: CellValues, format: (value: number) => string): string {
	if (!difference) return '–';
	const size = signed(difference.mean, format);
	return `${size}${difference.half === null ? '' : ` ± ${format(difference.half)}`}, ${verdictText(difference)}`;
}

/** A difference with its sign. */
export const signed = (value: number, format: (value: number) => string): string =>
	Number.isFinite(value) ? `${value < 0 ? '−' : '+'}${format(Math.abs(value))}` : '–';

/**
 * Which method is where below or above the baseline, one sentence per method: `SVFormer is below Vanilla at 32 and 64 (separated, 3 seeds),
 * not separated at 128.` `place` is a cell's place on the x axis as text.
 */
export function verdictSentences(
	values: readonly CellValues[],
	place: (each: CellValues) => string,
	baseline: string,
): { label: string; text: string }[] {
	const methods = new Map<string, CellValues[]>();
	for (const each of values) if (each.difference) methods.set(each.cell.label, [...(methods.get(each.cell.label) ?? []), each]);
	return [...methods].map(([label, cells]) => {
		const sorted = cells.toSorted((a, b) => a.x - b.x);
		const places = (fits: (cell: CellValues) => boolean) => [...new Set(sorted.filter(fits).map(place))];
		const separated = (sign: number) => places(({ difference }) => !!difference?.separated && Math.sign(difference.mean) === sign);
		const seeds = new Set(sorted.map(({ difference }) => difference?.n ?? 0));
		const counted = seeds.size === 1 ? `, ${[...seeds][0]} seeds` : '';
		const parts = [
			part(`below ${baseline}`, separated(-1), `separated${counted}`),
			part(`above ${baseline}`, separated(1), `separated${counted}`),
			part(
				'not separated',
				places(({ difference }) => !difference?.separated && (difference?.n ?? 0) > 1),
				counted.slice(2),
			),
			part(
				'not separated',
				places(({ difference }) => difference?.n === 1),
				'one seed',
			),
		];
		return { label, text: `is ${list(parts.filter((text) => text !== ''))}.` };
	});
}

const part = (what: string, places: readonly string[], note = ''): string =>
	places.length === 0 ? '' : `${what} at ${list(places)}${note && ` (${note})`}`;
