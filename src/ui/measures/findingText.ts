/** A finding of a verdict in words. Plain functions. */
import type { Finding } from '../../experiment/questions';
import { plural, withMinus } from '../shared/format';
import { measureText } from './measureText';

const OUTCOMES: Record<Finding['outcome'], string> = {
	holds: 'holds',
	contradicted: 'contradicted',
	unclear: 'not separated',
	'not recorded': 'not recorded',
};

export interface FindingText {
	/** The expectation. */
	text: string;
	/** `holds`, `contradicted`, `not separated` or `not recorded`. */
	outcome: string;
	/** `−0.81 ± 0.20, 5 seeds`, of a slope `−0.81 ± 0.20 nats per layer, 5 seeds`; empty without a number. */
	value: string;
}

/** A finding with its mean, the half width of the 95 % t-interval, and the number of seeds. */
export function findingText({ expectation: { text, statistic }, value: { n, mean, half }, outcome }: Finding): FindingText {
	if (n === 0) return { text, outcome: OUTCOMES[outcome], value: '' };
	const format = formatOf(statistic, half);
	const signed = statistic.kind !== 'level' && statistic.kind !== 'best' && mean > 0 ? '+' : '';
	// A share prints its own unit after each number.
	const spread = half === null ? '' : ` ± ${format(half)}`;
	return { text, outcome: OUTCOMES[outcome], value: `${signed}${format(mean)}${spread}${unitOf(statistic)}, ${plural(n, 'seed')}` };
}

/**
 * Numbers to the second digit of their spread, or to three without one: for slopes and places on an axis, which have a unit of
 * their own.
 */
function digits(half: number | null): (value: number) => string {
	if (!half) return (value) => withMinus(String(Number(value.toPrecision(3))));
	const decimals = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(half))));
	return (value) => withMinus(value.toFixed(decimals));
}

/** Unit of a slope after its number: ` nats per layer`. Empty for the others, which are in the measure's own unit. */
function unitOf(statistic: Finding['expectation']['statistic']): string {
	switch (statistic.kind) {
		case 'trend':
		case 'methodTrend':
			return slopeUnit(statistic.of.measure, statistic.per);
		case 'layerTrend':
			return slopeUnit(statistic.measure, 'layer');
		default:
			return '';
	}
}

function slopeUnit(measure: string, per: string): string {
	const { unit } = measureText(measure);
	return `${unit === '' ? '' : ` ${unit}`} per ${per}`;
}

function formatOf(statistic: Finding['expectation']['statistic'], half: number | null): (value: number) => string {
	switch (statistic.kind) {
		case 'level':
		case 'difference':
		case 'change':
			return (value) => withMinus(measureText(statistic.of.measure).format(value));
		default:
			return digits(half);
	}
}
