import { MEASURES } from '../../experiment/measures';
import type { MeasureText, NumberFormat } from '../../experiment/measures/text';
import { isWeight, weightText } from '../../experiment/measures/weights';
import { TASK_METRICS } from '../../experiment/tasks';
import { formatCount, formatLoss, formatShare, withMinus } from '../shared/format';

/** Text of a measure, with its format as a function. */
export interface PageMeasure extends Omit<MeasureText, 'format'> {
	format(value: number): string;
	/** True for numbers from 0 to 1 that are shown as per cent. */
	isShare: boolean;
}

const FORMATS: Readonly<Record<NumberFormat, (value: number) => string>> = {
	loss: formatLoss,
	share: formatShare,
	count: formatCount,
	// Three or four digits, so that a peak of 288 has no hundredths.
	decimal: (value) => withMinus(value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)),
	weight: (value) => withMinus(value.toFixed(3)),
	digits: (value) => Number(value.toPrecision(4)).toString(),
};

const onPage = (text: MeasureText): PageMeasure => ({ ...text, format: FORMATS[text.format], isShare: text.unit.startsWith('share') });

const KNOWN: ReadonlyMap<string, PageMeasure> = new Map(
	Object.entries<MeasureText>({ ...TASK_METRICS, ...MEASURES }).map(([key, text]) => [key, onPage(text)]),
);
const ORDER = new Map([...KNOWN.keys()].map((key, place) => [key, place]));

/** Text of the measure called `key`. One without an entry, such as in results of a later version, has its key as label. */
export function measureText(key: string, perLayer = false): PageMeasure {
	const known = KNOWN.get(key);
	if (known) return known;
	if (isWeight(key)) return onPage(weightText(key));
	const spaced = key.replace(/([A-Z])/g, ' $1').toLowerCase();
	const label = spaced[0].toUpperCase() + spaced.slice(1);
	return onPage({ label, unit: '', format: 'digits', help: '', fromZero: true, perLayer, inRunsTable: !perLayer });
}

/** Measures in the order of their tables, then weights, then those without an entry. */
export function inOrder(keys: Iterable<string>): string[] {
	const rank = (key: string) => ORDER.get(key) ?? ORDER.size + (isWeight(key) ? 0 : 1);
	return [...keys].sort((a, b) => rank(a) - rank(b));
}

/** Heading of measures by layer that have no entry. */
const OTHERS = 'Other';

/** Measures by layer under the headings of their lists, in the order of their tables. */
export function bySubject(keys: Iterable<string>): [subject: string, keys: string[]][] {
	const subjects = new Map<string, string[]>();
	for (const key of inOrder(keys)) {
		const subject = measureText(key, true).subject ?? OTHERS;
		subjects.set(subject, [...(subjects.get(subject) ?? []), key]);
	}
	return [...subjects];
}

/** Measures that the table of runs has columns for: numbers of the whole model, then those of each layer. `keys`: true = per layer. */
export function runsTableMeasures(keys: ReadonlyMap<string, boolean>): string[] {
	const shown = inOrder(keys.keys()).filter((key) => measureText(key, keys.get(key)).inRunsTable);
	return [...shown.filter((key) => !keys.get(key)), ...shown.filter((key) => keys.get(key))];
}

/** A measure of each layer in little space: both numbers of two layers, otherwise the smallest and the largest. */
export function layersInBrief(values: readonly number[], format: (value: number) => string): string {
	const finite = values.filter(Number.isFinite);
	if (finite.length === 0) return '–';
	if (finite.length < 3) return finite.map(format).join('  ');
	const low = format(Math.min(...finite));
	const high = format(Math.max(...finite));
	return low === high ? low : `${low} to ${high}`;
}
