/**
 * Results that the sender of a link saw, as a part `r=` of the link. It has each metric at a step, and for each group the
 * mean, half the width of the 95 % interval and the number of seeds.
 *
 *     r=validationLoss@600~vanilla,1.943,0.021,3~svformer,1.99,0.02,3!sinkAttention.2@600~…
 *
 * `sinkAttention.2` is the metric in layer 2. A group is named by its method; a fork's by its label.
 */
import { linkPairs } from './linkText';
import { parseMethod } from './methods/names';
import type { Problem } from './types';

export interface SharedMeasure {
	/** A key of `Metrics`, such as `validationLoss`. */
	measure: string;
	/** From 0; null if the metric is one number. */
	layer: number | null;
	/** Updates done. */
	step: number;
	groups: SharedGroup[];
}

export interface SharedGroup {
	/** A method's canonical name, or the group's label. */
	name: string;
	/** Display name. */
	label: string;
	mean: number;
	/** Half the width of the 95 % interval of the mean over seeds; null with one. */
	half: number | null;
	/** Seeds. */
	n: number;
}

/** Largest length of the part `r=…`. Groups are added in order until one does not fit. */
const MAX_PART = 1500;
/** Larger, because an application may percent-encode every character of a link. */
const MAX_READ = 3 * MAX_PART;
const MAX_NAME = 100;

/** Percent-encodes all but plain characters, so that a name contains no separator. `encodePart` encodes the `%` again. */
export const encodeName = (name: string) =>
	Array.from(name.replace(/\p{Surrogate}/gu, '\ufffd'))
		.slice(0, MAX_NAME)
		.join('')
		.replace(/[^\w:;().=+-]/gu, (character) => encodeURIComponent(character).replace(/[!'~*]/g, hex));
const hex = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** Five significant digits, more than the page shows. The largest doubles round to infinity. */
const rounded = (value: number) => Number(value.toPrecision(5));
const isShareable = ({ mean, half }: SharedGroup) => Number.isFinite(rounded(mean)) && (half === null || Number.isFinite(rounded(half)));

const encodeGroup = ({ name, mean, half, n }: SharedGroup) =>
	[encodeName(name), rounded(mean), half === null ? '' : rounded(half), n].join(',');

/** A link's hash (`encodeLink`) with results; unchanged if there are none. Adds at most 1500 characters. */
export function withResults(link: string, seen: readonly SharedMeasure[]): string {
	let part = '';
	for (const { measure, layer, step, groups } of seen) {
		let text = `${part ? '!' : ''}${encodeName(measure)}${layer === null ? '' : `.${layer + 1}`}@${step}`;
		let any = false;
		for (const group of groups.filter(isShareable)) {
			const more = `~${encodeGroup(group)}`;
			if (encodePart(part + text + more).length > MAX_PART) break;
			text += more;
			any = true;
		}
		if (any) part += text;
	}
	if (part === '') return link;
	return `${link}${link && '&'}r=${encodePart(part)}`;
}

const encodePart = (part: string) => part.replace(/%/g, '%25').replace(/[^!-~]/gu, encodeURIComponent);

/** A metric's name has no dot except before the layer. */
const MEASURE = /^(.+?)(?:\.(\d{1,3}))?@(\d{1,7})$/;

/** Results in a link; empty if it has none. Never throws: a part that can't be read is left out and listed in `problems`. */
export function readSeen(address: string): { seen: SharedMeasure[]; problems: Problem[] } {
	const part = linkPairs(address).findLast(({ key }) => key === 'r')?.value;
	if (part == null) return { seen: [], problems: [] };
	const problems: Problem[] = [];
	const refuse = (text: string, why: string) => {
		problems.push({ field: 'r', message: `r: \`${text.slice(0, 60)}\` ${why}; it is left out` });
		return [];
	};
	if (part.length > MAX_READ) {
		refuse(part, `has more than ${MAX_READ} characters`);
		return { seen: [], problems };
	}
	let text: string;
	try {
		text = decodeURIComponent(part);
	} catch {
		refuse(part, 'is not valid percent-encoding');
		return { seen: [], problems };
	}
	const seen = text.split('!').flatMap((text): SharedMeasure[] => {
		const [head, ...rest] = text.split('~');
		const match = MEASURE.exec(head);
		const measure = match && decodeName(match[1]);
		if (!match || !measure) return refuse(head, 'is not a metric at a step, such as validationLoss@600');
		const groups = rest.flatMap((text): SharedGroup[] => {
			const group = readGroup(text);
			return group ? [group] : refuse(text, 'is not a name, mean, interval and number of seeds');
		});
		if (groups.length === 0) return refuse(head, 'has no numbers');
		const layer = match[2] === undefined ? null : Number(match[2]) - 1;
		if (layer === -1) return refuse(head, 'has no layer 0: layers count from 1');
		return [{ measure, layer, step: Number(match[3]), groups }];
	});
	return { seen, problems };
}

function readGroup(text: string): SharedGroup | null {
	const [encoded, mean, half, n, ...more] = text.split(',');
	const name = decodeName(encoded);
	if (!name || more.length > 0 || !isDecimal(mean) || !/^\d{1,3}$/.test(n ?? '') || Number(n) < 1) return null;
	if (half !== '' && !(isDecimal(half) && Number(half) >= 0)) return null;
	return { name, label: groupLabel(name), mean: Number(mean), half: half === '' ? null : Number(half), n: Number(n) };
}

/** Display name of a group: its method's, or the group's own label. */
export function groupLabel(name: string): string {
	const method = parseMethod(name);
	return method.ok && method.method.name === name ? method.method.label : name;
}

export const isDecimal = (text: string | undefined): text is string =>
	/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text ?? '') && Number.isFinite(Number(text));

/** The decoded name; null if it is not valid. */
export function decodeName(text: string): string | null {
	try {
		const name = decodeURIComponent(text);
		return name !== '' && Array.from(name).length <= MAX_NAME ? name : null;
	} catch {
		return null;
	}
}
