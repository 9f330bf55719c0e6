/** Numbers as the page prints them: with a precision that depends on the size, and with units. */

const whole = { format: (n: number) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',') };

/** 1234567 → `1,234,567`. */
export function formatCount(n: number): string {
	return whole.format(n);
}

/** Parameters: `112 k`, `1.24 M`. */
export function formatShort(n: number): string {
	if (n < 1000) return whole.format(n);
	if (n < 999_500) return `${Number((n / 1000).toPrecision(3))} k`;
	if (n < 999_500_000) return `${Number((n / 1e6).toPrecision(3))} M`;
	return `${Number((n / 1e9).toPrecision(3))} G`;
}

/** Bytes in binary units: `3.1 MiB`. */
export function formatBytes(bytes: number): string {
	const units = ['B', 'KiB', 'MiB', 'GiB'];
	let value = bytes;
	let unit = 0;
	while (value >= 1023.5 && unit < units.length - 1) {
		value /= 1024;
		unit++;
	}
	return `${value < 100 && unit > 0 ? Number(value.toPrecision(2)) : whole.format(value)} ${units[unit]}`;
}

/** Replaces the hyphen of a negative number by a minus sign. */
export const withMinus = (text: string): string => text.replace('-', '−');

/** Losses: three decimals below 10, so that a difference shows, and two digits of one that would round to 0. */
export function formatLoss(loss: number): string {
	if (!Number.isFinite(loss)) return '–';
	const size = Math.abs(loss);
	if (size >= 1e-6 && size < 0.0005) return withMinus(Number(loss.toPrecision(2)).toString());
	return withMinus(size < 10 ? loss.toFixed(3) : loss.toPrecision(4));
}

/** A share of 1 in per cent: `11 %`, `2.4 %`. */
export function formatShare(share: number): string {
	const percent = 100 * share;
	return `${percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** Three digits, of norms and weights; `–` for NaN. */
export const formatThreeDigits = (value: number): string => (Number.isFinite(value) ? Number(value.toPrecision(3)).toString() : '–');

/** An attention probability. */
export function formatProbability(p: number): string {
	return p === 0 ? '0' : p < 0.0005 ? '<0.001' : p.toFixed(3);
}

/** Largest errors: `3.2e-6`. */
export function formatError(error: number): string {
	return error === 0 ? '0' : error < 0.001 ? error.toExponential(1) : error.toFixed(4);
}

/** Seconds in digits that an estimate justifies: `8 s`, `2 min`, `25 min`, `1 h 10 min`, `12 h`, `11 days`. */
export function formatDuration(seconds: number): string {
	const nearest = (value: number, to: number) => Math.max(to, to * Math.round(value / to));
	const minutes = seconds / 60;
	if (seconds < 20) return `${Math.max(0, Math.round(seconds))} s`;
	if (seconds < 57.5) return `${nearest(seconds, 5)} s`;
	if (minutes < 9.5) return `${nearest(minutes, 1)} min`;
	if (minutes < 57.5) return `${nearest(minutes, 5)} min`;
	if (minutes < 595) {
		const tens = nearest(minutes, 10);
		return `${Math.floor(tens / 60)} h${tens % 60 ? ` ${tens % 60} min` : ''}`;
	}
	return minutes < 47.5 * 60 ? `${Math.round(minutes / 60)} h` : `${formatCount(Math.round(minutes / 1440))} days`;
}

/** `1 seed`, `3 seeds`. */
export function plural(n: number, word: string): string {
	return `${formatCount(n)} ${word}${n === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(texts: readonly string[]): string {
	return texts.length < 2 ? (texts[0] ?? '') : `${texts.slice(0, -1).join(', ')} and ${texts[texts.length - 1]}`;
}

/** A text with a capital at its start. */
export const capital = (text: string): string => `${text[0].toUpperCase()}${text.slice(1)}`;

/** A message as a sentence: with a capital and a full stop. */
export const sentence = (message: string): string => `${capital(message)}${/[.?]$/.test(message) ? '' : '.'}`;

/** A label inside a sentence: with a small first letter, unless it begins with an abbreviation or a symbol. */
export const inSentence = (label: string): string => (/^\p{Lu}\p{Ll}/u.test(label) ? `${label[0].toLowerCase()}${label.slice(1)}` : label);
