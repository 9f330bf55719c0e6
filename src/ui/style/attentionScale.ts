/**
 * Colours of attention maps: lightness in even steps of OKLab from the panel's own colour at 0 to the far end at 1,
 * over warm hues that no method uses as its own.
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

/** How a probability becomes a place on the scale. The square root shows small probabilities, which are most of them. */
export const SCALES = { root: Math.sqrt, linear: (p: number) => p } as const;
export type ScaleName = keyof typeof SCALES;

/** The colour at t in 0..1. */
export function attentionColour(t: number, shade: Shade): Rgb {
	const stops = STOPS[shade];
	const place = Math.min(1, Math.max(0, t)) * (stops.length - 1);
	const i = Math.min(stops.length - 2, Math.floor(place));
	const part = place - i;
	const mix = stops[i].map((value, c) => value + part * (stops[i + 1][c] - value)) as Oklab;
	return fromOklab(mix);
}

const tables = new Map<string, Uint32Array>();

/** 1024 colours over probabilities 0..1, as ImageData's little-endian RGBA words. */
export function colourTable(scale: ScaleName, shade: Shade): Uint32Array {
	const key = `${scale} ${shade}`;
	let table = tables.get(key);
	if (!table) {
		table = Uint32Array.from({ length: 1024 }, (_, i) => {
			const [r, g, b] = attentionColour(SCALES[scale](i / 1023), shade);
			return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
		});
		tables.set(key, table);
	}
	return table;
}

/** The scale as a CSS gradient, for legends. */
export function scaleGradient(scale: ScaleName, shade: Shade): string {
	const stops = Array.from({ length: 17 }, (_, i) => `rgb(${attentionColour(SCALES[scale](i / 16), shade).join(' ')})`);
	return `linear-gradient(to right, ${stops.join(', ')})`;
}
