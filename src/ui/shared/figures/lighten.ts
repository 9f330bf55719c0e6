/** Colours of maps in the dark theme as those of the light theme, for figures. */
import { colourTable, differenceTable, SCALES, type ScaleName } from '../../theme/attentionScale';

let known: Map<number, number> | null = null;

/** From a dark colour to the light one at the same place of its scale, as ImageData's words. */
function pairs(): Map<number, number> {
	if (known) return known;
	known = new Map();
	for (const scale of Object.keys(SCALES) as ScaleName[])
		for (const table of [colourTable, differenceTable]) {
			const [dark, light] = [table(scale, 'dark'), table(scale, 'light')];
			dark.forEach((word, i) => {
				known?.set(word, light[i]);
			});
		}
	return known;
}

/** A copy of a map's canvas in the light theme's colours. Others, such as marks, stay. */
export function lightenPixels(canvas: HTMLCanvasElement): HTMLCanvasElement {
	const copy = document.createElement('canvas');
	copy.width = canvas.width;
	copy.height = canvas.height;
	const from = canvas.getContext('2d');
	const to = copy.getContext('2d');
	if (!from || !to || canvas.width === 0 || canvas.height === 0) return canvas;
	const image = from.getImageData(0, 0, canvas.width, canvas.height);
	lightenWords(new Uint32Array(image.data.buffer));
	to.putImageData(image, 0, 0);
	return copy;
}

/** Changes ImageData's words in place. */
export function lightenWords(words: Uint32Array): void {
	const light = pairs();
	for (let i = 0; i < words.length; i++) words[i] = light.get(words[i]) ?? words[i];
}

/** A CSS colour `rgb(…)` of a scale. */
export function lightened(colour: string): string {
	const [r, g, b] = (colour.match(/\d+/g) ?? []).map(Number);
	const word = pairs().get(((255 << 24) | (b << 16) | (g << 8) | r) >>> 0) ?? nearest([r, g, b]);
	return word === undefined ? colour : `rgb(${word & 255}, ${(word >> 8) & 255}, ${(word >> 16) & 255})`;
}

/** Most that a colour of a legend differs from one of the scale, per channel. */
const NEAR = 6;

/** The light colour of the nearest dark one; undefined if none is near. */
function nearest(rgb: readonly number[]): number | undefined {
	let found: number | undefined;
	let least = NEAR + 1;
	for (const [dark, light] of pairs()) {
		const distance = Math.max(...rgb.map((channel, i) => Math.abs(channel - ((dark >> (8 * i)) & 255))));
		if (distance < least) [least, found] = [distance, light];
	}
	return found;
}
