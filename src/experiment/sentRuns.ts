/**
 * The runs behind the results in a link, as a part `runs=` after `r=`: who measured them, and for each run the values of the measures of
 * `r`, exactly, and a hash of all its training losses. With a short curve per group, the mean over its seeds.
 *
 *     runs=1!ADAPTER~KERNELS~BUILD!vanilla~600~4.6~zik…~1,1.9433211,k3x9~2,…!svformer~…
 *
 * Version 2 has the groups of a sweep, whose names have their points (`sentPlaces.ts`).
 *
 * The reader of the link can run them again, and is told whether they held (`reproduction.ts`).
 */
import { decodeLink } from './link';
import { linkPairs } from './linkText';
import { decodeName, encodeName, groupLabel, isDecimal } from './resultLink';
import { placeOf } from './sentPlaces';
import type { Experiment, Problem } from './types';

export interface SentRuns {
	by: Origin;
	groups: SentGroup[];
}

/** The adapter and the code that trained runs. */
export interface Origin {
	/** The adapter's name. */
	adapter: string;
	/** The kernels that the compiler chose for it. */
	kernels: string;
	/** The page's build. */
	build: string;
}

export interface SentGroup {
	/** A method's canonical name, in a sweep with its point (`placedName`). */
	name: string;
	/** Display name. */
	label: string;
	/** Indices of the points of a sweep that have these runs, its own first; empty without a sweep. */
	points: readonly number[];
	/** Steps that the hash of each run is about. */
	length: number;
	/** Mean losses of consecutive stretches of steps (`stretches`); empty if there was no room. */
	curve: number[];
	runs: SentRun[];
}

export interface SentRun {
	seed: number;
	/** One per measure of `r`, in its order; null if it was not measured. */
	values: (number | null)[];
	/** Hash of the losses of the first `length` steps, all bits; null if some are not kept. */
	losses: string | null;
}

/** Largest length of the part. Curves get coarser, and are then left out; after that the last groups are. */
const MAX_PART = 1800;
const MAX_READ = 3 * MAX_PART;
/** Without and with a sweep. */
const VERSIONS = ['1', '2'];
/** Points of a curve, tried in this order. */
const POINTS = [24, 12, 0];
/** Digits of a point of a curve, and the largest number they hold. */
const DIGITS = 3;
const SCALE = 36 ** DIGITS - 1;
const NOTHING = '-';

/**
 * Borders of `count` stretches of `length` steps, from 0 to `length`: finer at the start, where losses fall fastest, if there are
 * enough steps.
 */
export function stretches(length: number, count: number): number[] {
	const bend = length >= count ** 1.5 ? 1.5 : 1;
	return Array.from({ length: count + 1 }, (_, i) => Math.round(length * (i / count) ** bend));
}

/** A link's hash with runs added; unchanged if none fits. @param curveOf mean losses of a group's stretches; empty if it has none */
export function withRuns(link: string, { by, groups }: SentRuns, curveOf: (name: string, borders: readonly number[]) => number[]): string {
	const version = VERSIONS[groups.some(({ points }) => points.length > 0) ? 1 : 0];
	const head = `${version}!${[by.adapter, by.kernels, by.build].map((text) => encodeName(text || NOTHING)).join('~')}`;
	for (const points of POINTS) {
		const parts = groups.map((group) => groupText(group, curveOf(group.name, stretches(group.length, Math.min(points, group.length)))));
		let part = encode(head);
		let all = true;
		for (const text of parts) {
			const more = encode(`!${text}`);
			if (part.length + more.length > MAX_PART) {
				all = false;
				break;
			}
			part += more;
		}
		if (all || points === 0) return part === encode(head) ? link : `${link}${link && '&'}runs=${part}`;
	}
	return link;
}

const encode = (text: string) => text.replace(/%/g, '%25').replace(/[^!-~]/gu, encodeURIComponent);

function groupText({ name, length, runs }: SentGroup, curve: readonly number[]): string {
	const usable = curve.length > 0 && curve.every((value) => Number.isFinite(value) && value >= 0);
	const most = usable ? Number((Math.max(...curve) * 1.0001).toPrecision(5)) : 0;
	const points = usable && most > 0 ? curve.map((value) => pointText(value / most)) : [];
	const texts = runs.map(({ seed, values, losses }) =>
		[seed, ...values.map((value) => (value !== null && Number.isFinite(value) ? value : NOTHING)), losses ?? NOTHING].join(','),
	);
	return [encodeName(name), length, most, points.join('') || NOTHING, ...texts].join('~');
}

const pointText = (share: number) =>
	Math.min(SCALE, Math.round(share * SCALE))
		.toString(36)
		.padStart(DIGITS, '0');

/** Runs in a link; null if it has none. Never throws: a part that can't be read is left out and listed in `problems`. */
export function readSentRuns(address: string): { sent: SentRuns | null; problems: Problem[] } {
	const part = linkPairs(address).findLast(({ key }) => key === 'runs')?.value;
	if (part == null) return { sent: null, problems: [] };
	const problems: Problem[] = [];
	const refuse = (text: string, why: string) => {
		problems.push({ field: 'runs', message: `runs: \`${text.slice(0, 60)}\` ${why}; it is left out` });
		return null;
	};
	if (part.length > MAX_READ) return { sent: refuse(part, `has more than ${MAX_READ} characters`), problems };
	let text: string;
	try {
		text = decodeURIComponent(part);
	} catch {
		return { sent: refuse(part, 'is not valid percent-encoding'), problems };
	}
	const [version, head = '', ...rest] = text.split('!');
	const origin = head.split('~').map(decodeName);
	if (!VERSIONS.includes(version) || origin.length !== 3 || origin.includes(null))
		return { sent: refuse(text, 'is not of version 1 or 2 with adapter, kernels and build'), problems };
	const [adapter, kernels, build] = origin as string[];
	const { experiment } = decodeLink(address);
	const groups = rest.flatMap((text) => readGroup(text, experiment) ?? refuse(text, 'is not a group of runs of this experiment') ?? []);
	return { sent: groups.length > 0 ? { by: { adapter, kernels, build }, groups } : refuse(text, 'has no runs'), problems };
}

/** Most seeds that a group of a link may have, and most measures. */
const MOST_RUNS = 100;
const MOST_VALUES = 12;

function readGroup(text: string, experiment: Experiment): SentGroup | null {
	const [encoded, length, most, digits = '', ...runTexts] = text.split('~');
	const name = decodeName(encoded);
	if (!name || !/^[1-9]\d{0,6}$/.test(length ?? '') || !isDecimal(most) || Number(most) < 0) return null;
	if (digits !== NOTHING && !/^(?:[0-9a-z]{3}){1,99}$/.test(digits)) return null;
	const curve = digits === NOTHING ? [] : (digits.match(/.../g) ?? []).map((point) => (Number.parseInt(point, 36) / SCALE) * Number(most));
	const runs = runTexts.map(readRun);
	if (runs.length === 0 || runs.length > MOST_RUNS || runs.includes(null) || curve.length > Number(length)) return null;
	const place = placeOf(name, experiment);
	if (experiment.sweep && !place) return null;
	const { label = groupLabel(name), points = [] } = place ?? {};
	return { name, label, points, length: Number(length), curve, runs: runs as SentRun[] };
}

function readRun(text: string): SentRun | null {
	const [seed, ...rest] = text.split(',');
	const losses = rest.pop();
	if (!/^\d{1,10}$/.test(seed) || losses === undefined || !/^(?:-|[0-9a-z]{1,7})$/.test(losses) || rest.length > MOST_VALUES) return null;
	if (!rest.every((value) => value === NOTHING || isDecimal(value))) return null;
	return {
		seed: Number(seed),
		values: rest.map((value) => (value === NOTHING ? null : Number(value))),
		losses: losses === NOTHING ? null : losses,
	};
}
