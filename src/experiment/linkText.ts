/**
 * Undoes what programs that carry links do to them: HTML escapes (`&amp;`), percent-encoded separators (`%23`, `%3D`, `%26`), a
 * query in place of the hash, a line break in the middle, punctuation of the sentence at the end, tracking parameters.
 * Page and terminal read a link through this alone, so that both read the same.
 */
import { FIELD_NAMES, fieldOf } from './fields';

/** A part of a link: its name, and its value as it is written, percent-encoded. */
export interface LinkPair {
	key: string;
	/** null without `=`. */
	value: string | null;
}

/** Parts with results: `resultLink.ts` and `sentRuns.ts` read them. */
export const RESULT_KEYS: readonly string[] = ['r', 'runs'];
/** Names of a link's parts besides the fields. */
const OTHER_KEYS = ['v', 'version', 'seed', 'preset', 'sweep', ...RESULT_KEYS];
const KEYS: readonly string[] = [...FIELD_NAMES, ...OTHER_KEYS];
const KNOWN = `(?:${KEYS.join('|')})`;
const EQUALS = '(?:=|%(?:25)*3D)';

/** Fields of free text, in which every character counts. */
const FREE: readonly string[] = FIELD_NAMES.filter((name) => ['text', 'characters'].includes(fieldOf(name).kind));
/** Parts whose values may end in `_` or `)`. */
const OPEN_ENDED: readonly string[] = ['methods', 'sweep'];

/** Written by programs that count clicks; never a part of an experiment. */
const TRACKING = /^(?:utm_\w+|fbclid|gclid|dclid|msclkid|igshid|mc_[ce]id|si)$/;

const ENTITIES: Record<string, string> = { amp: '&', quot: '"', apos: "'", lt: '<', gt: '>', num: '#', equals: '=', nbsp: ' ' };

/** Decodes HTML escapes, also repeated ones (`&amp;amp;`). A link writes `&` before a name and never before these. */
function withoutEscapes(text: string): string {
	const repeated = text.replace(/&(?:amp;)+/gi, '&');
	return repeated.replace(/&(?:#(\d{1,4})|#x([\da-f]{1,4})|([a-z]+));/gi, (whole, decimal, hex, name) => {
		if (name) return ENTITIES[name.toLowerCase()] ?? whole;
		return String.fromCharCode(decimal ? Number(decimal) : Number.parseInt(hex, 16));
	});
}

/** Joins a link that a mail program has broken into quoted lines. A link's own breaks are percent-encoded. */
const withoutBreaks = (text: string) => text.replace(/\s*[\r\n]\s*(?:>\s*)*/g, '');

const decoded = (text: string): string => {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
};

/** True for a URL, also one with `#` and `=` percent-encoded, or in `<`, `(` or quotes. */
export const isAddress = (text: string): boolean => /^[\s<([{"'“‘«]*[a-z][a-z0-9+.-]*(?::|%3A)(?:\/|%2F){2}/i.test(text);

/** The parts' text: after `#`, or else after `?`. A text that is not a URL is all parts. Empty if a URL has neither. */
function partsOf(address: string): string {
	let text = withoutEscapes(withoutBreaks(address.trim()));
	if (isAddress(text) && !text.includes('://')) text = decoded(text);
	const hash = text.indexOf('#');
	if (hash >= 0) {
		const after = text.slice(hash + 1);
		// An empty hash, as some programs add, does not hide a query.
		if (after !== '' || !isAddress(text)) return after;
		text = text.slice(0, hash);
	}
	const encoded = new RegExp(`%(?:25)*23(?=${KNOWN}${EQUALS})`, 'i').exec(text);
	if (encoded && isAddress(text)) return text.slice(encoded.index + encoded[0].length);
	if (text.startsWith('?')) return text.slice(1);
	if (!isAddress(text)) return text;
	const query = text.indexOf('?');
	return query < 0 ? '' : text.slice(query + 1);
}

/** Restores `&` and `=` of parts that were percent-encoded as a whole or in their separators. */
function withSeparators(parts: string): string {
	let text = parts;
	for (let round = 0; round < 3 && !/[&=]/.test(text) && new RegExp(`^${KNOWN}%(?:25)*3D`, 'i').test(text); round++) {
		const next = decoded(text);
		if (next === text) break;
		text = next;
	}
	// `v` ends every link that the lab writes, so that `&` in a text of one's own is not taken for a separator.
	if (!text.includes('&') && /%26(?:amp(?:;|%3B))?v(?:=|%3D)\d/i.test(text))
		text = text.replace(new RegExp(`%26(?:amp(?:;|%3B))?(?=${KNOWN}${EQUALS})`, 'gi'), '&');
	return text;
}

/** Punctuation of the sentence around a link, written out or percent-encoded. */
const TRAILING = /(?:[\s)\]}>.,;:!?'"»”’…*_|\\`]|%(?:3E|22|5D|7D|7C|5C|60|20|0A|0D|E2%80%9D|E2%80%99|E2%80%A6|C2%BB|C2%A0))+$/i;
/** The same without `)` and `_`. */
const TRAILING_CLOSED = /(?:[\s\]}>.,;:!?'"»”’…*|\\`]|%(?:3E|22|5D|7D|7C|5C|60|20|0A|0D|E2%80%9D|E2%80%99|E2%80%A6|C2%BB|C2%A0))+$/i;

function withoutTrailing(key: string, value: string): string {
	if (FREE.includes(key)) return value;
	if (!OPEN_ENDED.includes(key)) return value.replace(TRAILING, '');
	let text = value.replace(TRAILING_CLOSED, '');
	const count = (character: string) => text.split(character).length;
	while (text.endsWith(')') && count(')') > count('(')) text = text.slice(0, -1).replace(TRAILING_CLOSED, '');
	return text;
}

/** Blanks and characters without width, which programs put into long words; no value but free text has any. */
const INVISIBLE = /(?:\s|[\u200b-\u200d\u2060\ufeff\u00ad]|%(?:20|09|0A|0D|C2%A0|C2%AD|E2%80%8[BCD]|E2%81%A0|EF%BB%BF))+/gi;

/** The parts of a link: a whole URL, its hash or its query, with or without `#` or `?`. Never throws; empty if there are none. */
export function linkPairs(address: string): LinkPair[] {
	const parts = withSeparators(
		partsOf(address)
			.replace(/:~:.*$/s, '')
			.replace(/^(?:[#?/!&\s]|%23|%3F)+/i, ''),
	);
	const pairs = parts.split('&').flatMap((text): LinkPair[] => {
		const equals = /=|%(?:25)*3D/i.exec(text);
		const key = decoded(equals ? text.slice(0, equals.index) : text).replace(INVISIBLE, '');
		if (TRACKING.test(key) || (key === '' && !equals)) return [];
		if (!equals) return [{ key, value: null }];
		const value = text.slice(equals.index + equals[0].length);
		if (FREE.includes(key) || RESULT_KEYS.includes(key)) return [{ key, value }];
		return [{ key, value: value.replace(key === 'sweep' ? /\s+/g : INVISIBLE, '') }];
	});
	// Programs append their own parameters with `?` as well.
	for (const pair of pairs) if (pair.key === 'v' && pair.value) pair.value = pair.value.replace(/\?utm_.*$/i, '');
	const last = pairs.at(-1);
	if (last?.value != null) last.value = withoutTrailing(last.key, last.value);
	else if (last) last.key = last.key.replace(TRAILING, '');
	return pairs.filter(({ key, value }) => key !== '' || value !== null);
}

/** True if a query (`?task=…`) holds parts of a link, as when a program has written it in place of the hash. */
export const isLinkQuery = (search: string): boolean => linkPairs(search).some(({ key }) => KEYS.includes(key));
