/** The rules for a user's own text. Their messages follow the name of the field or of the file. */

/** Largest number of characters (code points) in a user's own text. */
export const MAX_TEXT = 2_000_000;
/** Largest number of characters in a text that a link can hold. */
export const MAX_LINK_TEXT = 2_000;
/** Share of a text that is used for training; the rest is held out. */
const TRAINING_SHARE = 0.9;
/** A text with a larger share of control characters is binary. */
const MOST_CONTROLS = 0.01;

/** Index at which the held-out tail of a text of `length` characters starts. */
export function tailStart(length: number): number {
	return Math.floor(length * TRAINING_SHARE);
}

/** Largest `sequenceLength` T for a text of `length` characters: the tail, the shorter part, must hold T + 1. */
export function longestSequence(length: number): number {
	return Math.min(tailStart(length), length - tailStart(length)) - 1;
}

/** The shortest text that some `sequenceLength` (from 2) fits. */
const MIN_TEXT = Array.from({ length: 100 }, (_, length) => length).find((length) => longestSequence(length) >= 2) as number;

// The form checks its text at every key press, so the result for the last text is kept.
function remembered<Value>(compute: (text: string) => Value): (text: string) => Value {
	let last: { text: string; value: Value } | undefined;
	return (text) => {
		if (last?.text !== text) last = { text, value: compute(text) };
		return last.value;
	};
}

/** Characters (code points) of a text. */
export const characterCount = remembered((text) => {
	let pairs = 0;
	for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) pairs++;
	return text.length - pairs;
});

/** True for characters that plain text does not contain: controls except tab, line feed, form feed, carriage return and escape. */
const isControl = (code: number): boolean => code < 32 && code !== 9 && code !== 10 && code !== 12 && code !== 13 && code !== 27;

/** The reason that a text can't be used, whatever the other fields are, such as `is binary …`; null if it can. An empty text passes. */
export const textProblem = remembered((text): string | null => {
	// Checked before characters are counted: half of a surrogate pair is not a code point.
	if (/\p{Surrogate}/u.test(text)) return 'is not valid Unicode: it has half of a surrogate pair';
	if (text.includes('\0')) return 'is binary: it has a character U+0000; it must be plain text';
	let controls = 0;
	for (let i = 0; i < text.length; i++) if (isControl(text.charCodeAt(i))) controls++;
	if (controls > text.length * MOST_CONTROLS) return `is binary: ${controls} of its characters are controls; it must be plain text`;
	const length = characterCount(text);
	return length > MAX_TEXT ? `has ${length} characters: too long; it may have at most ${MAX_TEXT}` : null;
});

/** The reason that a text is too short for any sequence; null if it isn't. */
export function shortTextProblem(text: string): string | null {
	const length = characterCount(text);
	if (length < MIN_TEXT) return `has ${length} characters: too short; it needs at least ${MIN_TEXT}`;
	const [first] = text;
	for (const character of text) if (character !== first) return null;
	return `has one character, \`${first}\`, over and over; it needs at least 2 different ones`;
}

export type TextReading = { ok: true; text: string } | { ok: false; message: string };

/** The text of a dropped file: UTF-8, with or without a byte order mark. `message` has the reason if it is refused. */
export function readTextFile(bytes: Uint8Array, name: string): TextReading {
	const refuse = (why: string): TextReading => ({ ok: false, message: `${name} ${why}` });
	// The longest character has four bytes.
	if (bytes.length > 4 * MAX_TEXT + 3) return refuse(`has ${bytes.length} bytes: too long; it may have at most ${MAX_TEXT} characters`);
	const mark = bytes.length >= 2 ? (bytes[0] << 8) | bytes[1] : 0;
	if (mark === 0xfffe || mark === 0xfeff) return refuse('is UTF-16 text; save it as UTF-8');
	let text: string;
	try {
		text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return refuse('is binary, or text in another encoding than UTF-8');
	}
	const problem = textProblem(text) ?? shortTextProblem(text);
	return problem === null ? { ok: true, text } : refuse(problem);
}
