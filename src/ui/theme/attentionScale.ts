/**
 * Colours of attention maps: lightness in even steps of OKLab from the panel's own colour at 0 to the far end at 1,
 * over warm hues that no method uses as its own. Differences go the same way on both sides of 0: more is warm, less is cool.
 */
import { fromOklab, type Oklab, oklch, parseHex, type Rgb, toOklab } from './colour';

export type Shade = 'light' | 'dark';

/** The panel's colour in each theme, as in tokens.css: what probability 0 looks like. */
export const MAP_GROUND: Record<Shade, string> = { light: '#ffffff', dark: '#1c1f24' };

/** Lightness falls (or rises) by the same amount from stop to stop. */
const STOPS: Record<Shade, Oklab[]> = {
	light: [
		toOklab(parseHex(MAP_GROUND.light)),
		oklch(0.81, 0.12, 65),
		oklch(0.62, 0.19, 30),
		oklch(0.43, 0.16, 350),
		oklch(0.24, 0.09, 300),
	],
	dark: [toOklab(parseHex(MAP_GROUND.dark)), oklch(0.415, 0.13, 310), oklch(0.59, 0.19, 5), oklch(0.765, 0.15, 50), oklch(0.94, 0.09, 95)],
};

/** The far ends of a difference, −1 and 1, as far from the panel in lightness as each other. */
const DIFFERENCE_ENDS: Record<Shade, [less: Oklab[], more: Oklab[]]> = {
	light: [
		[toOklab(parseHex(MAP_GROUND.light)), oklch(0.7, 0.12, 215), oklch(0.4, 0.14, 262)],
		[toOklab(parseHex(MAP_GROUND.light)), oklch(0.7, 0.17, 50), oklch(0.4, 0.15, 20)],
	],
	dark: [
		[toOklab(parseHex(MAP_GROUND.dark)), oklch(0.54, 0.13, 255), oklch(0.86, 0.1, 205)],
		[toOklab(parseHex(MAP_GROUND.dark)), oklch(0.54, 0.19, 20), oklch(0.86, 0.13, 75)],
	],
};

/** Probabilities below this are the background on a logarithmic scale, four decades below its far end. */
export const LOG_FLOOR = 1e-4;

/** How a probability becomes a place on the scale. The square root shows small probabilities, which are most of them; the logarithm smaller ones. */
export const SCALES = {
	root: Math.sqrt,
	linear: (p: number) => p,
	log: (p: number) => (p > LOG_FLOOR ? 1 - Math.log10(p) / Math.log10(LOG_FLOOR) : 0),
} as const;
export type ScaleName = keyof typeof SCALES;

/** The colour at t in 0..1. */
export const attentionColour = (t: number, shade: Shade): Rgb => between(STOPS[shade], t);

/** The colour of a difference t in −1..1; the panel's own at 0. */
export const differenceColour = (t: number, shade: Shade): Rgb => between(DIFFERENCE_ENDS[shade][t < 0 ? 0 : 1], Math.abs(t));

function between(stops: readonly Oklab[], t: number): Rgb {
	const place = Math.min(1, Math.max(0, t)) * (stops.length - 1);
	const i = Math.min(stops.length - 2, Math.floor(place));
	const part = place - i;
	return fromOklab(stops[i].map((value, c) => value + part * (stops[i + 1][c] - value)) as Oklab);
}

const tables = new Map<string, Uint32Array>();

/** Colours as ImageData's little-endian RGBA words, made once for each scale and theme. */
function table(key: string, size: number, colour: (i: number) => Rgb): Uint32Array {
	let made = tables.get(key);
	if (!made) {
		made = Uint32Array.from({ length: size }, (_, i) => {
			const [r, g, b] = colour(i);
			return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
		});
		tables.set(key, made);
	}
	return made;
}

/** Steps over 0..1: enough that the smallest values of a logarithmic scale differ. */
const stepsOf = (scale: ScaleName): number => (scale === 'log' ? 16_384 : 1024);

/** Colours over 0..1. */
export const colourTable = (scale: ScaleName, shade: Shade): Uint32Array => {
	const last = stepsOf(scale) - 1;
	return table(`${scale} ${shade}`, last + 1, (i) => attentionColour(SCALES[scale](i / last), shade));
};

/** Colours over −1..1, an odd number, so that 0 has its own in the middle. */
export const differenceTable = (scale: ScaleName, shade: Shade): Uint32Array => {
	const middle = stepsOf(scale) / 2;
	return table(`difference ${scale} ${shade}`, 2 * middle + 1, (i) => {
		const t = i / middle - 1;
		return differenceColour(Math.sign(t) * SCALES[scale](Math.abs(t)), shade);
	});
};

/** The scale as a CSS gradient for legends. Its colours are evenly spaced; the numbers next to it are not. */
export const scaleGradient = (shade: Shade): string => gradient((t) => attentionColour(t, shade));

/** The scale of differences as a CSS gradient, from −1 to 1. */
export const differenceGradient = (shade: Shade): string => gradient((t) => differenceColour(2 * t - 1, shade));

function gradient(colour: (t: number) => Rgb): string {
	const stops = Array.from({ length: 17 }, (_, i) => `rgb(${colour(i / 16).join(' ')})`);
	return `linear-gradient(to right, ${stops.join(', ')})`;
}
