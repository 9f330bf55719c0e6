/**
 * Maps onto canvases, a few milliseconds per frame, so that many large maps never block the main thread.
 */
import type { AttentionMaps } from '../../experiment/records/frame';
import { mapOffset } from '../measures/firstToken';
import { colourTable, differenceTable, type ScaleName, type Shade } from '../theme/attentionScale';

/** The content of a canvas: the numbers of maps, or those minus the numbers of `minus`. NaN is painted as the background. */
export interface Picture {
	maps: AttentionMaps;
	/** Attention itself, if `maps` shows numbers made from it. */
	attention: AttentionMaps;
	minus: AttentionMaps | null;
}

/** Settings that turn numbers into colours. */
export interface MapColours {
	scale: ScaleName;
	/** The far end of the scale: `most` for every map, or each map's own. */
	range: 'fixed' | 'own';
	most: number;
	shade: Shade;
}

/** Painting takes this long of a frame at most, ms; plus the rest of one map. */
const BUDGET = 4;
const waiting = new Map<string, () => void>();
let frame = 0;

/** Paints soon; a later job for the same place replaces one that still waits. */
export function paintSoon(place: string, job: () => void): void {
	waiting.set(place, job);
	if (frame === 0) frame = requestAnimationFrame(paintSome);
}

/** Cancels the jobs of places with this prefix: their canvas was removed. */
export function cancelPaint(prefix: string): void {
	for (const place of waiting.keys()) if (place.startsWith(prefix)) waiting.delete(place);
}

function paintSome(): void {
	frame = 0;
	const end = performance.now() + BUDGET;
	for (const [place, job] of waiting) {
		waiting.delete(place);
		job();
		if (performance.now() > end) break;
	}
	if (waiting.size > 0) frame = requestAnimationFrame(paintSome);
}

/**
 * The largest value that one map's colours reach, or the largest change in either direction. Its first queries are left
 * out: with so few keys, probabilities are near 1 in every map.
 */
export function ownLimit({ maps, minus }: Picture, layer: number, head: number): number {
	const { length } = maps;
	const offset = mapOffset(maps, layer, head);
	const first = Math.min(8, Math.floor(length / 4));
	let limit = 0;
	for (let i = offset + first * length; i < offset + length * length; i++) {
		const value = Math.abs(maps.probabilities[i] - (minus ? minus.probabilities[i] : 0));
		if (value > limit) limit = value;
	}
	return limit > 0 ? limit : 1;
}

/**
 * Paints one number per row, from top to bottom, as a column of one pixel. `limit`: the far end of the scale. `signed`: the
 * numbers are changes.
 */
export function paintColumn(
	context: CanvasRenderingContext2D,
	values: Float32Array,
	signed: boolean,
	limit: number,
	{ scale, shade }: Pick<MapColours, 'scale' | 'shade'>,
): void {
	const image = new ImageData(1, values.length);
	const words = new Uint32Array(image.data.buffer);
	const colours = signed ? differenceTable(scale, shade) : colourTable(scale, shade);
	const last = colours.length - 1;
	const zero = signed ? last / 2 : 0;
	const slope = (last - zero) / limit;
	for (const [i, value] of values.entries()) words[i] = colours[Math.min(last, Math.max(0, Math.round(zero + slope * value)))];
	context.putImageData(image, 0, 0);
}

let spare: ImageData | null = null;

/** One picture for all maps of a size: a new one for each, many times a second, keeps the garbage collector busy. */
function imageOf(side: number): ImageData {
	if (spare?.width !== side) spare = new ImageData(side, side);
	return spare;
}

/**
 * Paints one map onto a square of `side` pixels whose corner is at `left`, `top`. A pixel that stands for several cells
 * shows the one farthest from 0, so that a sink's single column stays visible.
 */
export function paintMap(
	context: CanvasRenderingContext2D,
	{ left, top, side }: { left: number; top: number; side: number },
	picture: Picture,
	layer: number,
	head: number,
	{ scale, range, most, shade }: MapColours,
): void {
	const { maps, minus } = picture;
	const { length, probabilities } = maps;
	const image = imageOf(side);
	const words = new Uint32Array(image.data.buffer);
	const colours = minus ? differenceTable(scale, shade) : colourTable(scale, shade);
	const last = colours.length - 1;
	const zero = minus ? last / 2 : 0;
	const slope = (last - zero) / (range === 'fixed' ? most : ownLimit(picture, layer, head));
	const offset = mapOffset(maps, layer, head);
	const cells = length / side;
	for (let y = 0; y < side; y++) {
		const firstQuery = Math.floor(y * cells);
		const endQuery = Math.max(firstQuery + 1, Math.floor((y + 1) * cells));
		for (let x = 0; x < side; x++) {
			const firstKey = Math.floor(x * cells);
			const endKey = Math.max(firstKey + 1, Math.floor((x + 1) * cells));
			let farthest = 0;
			for (let query = firstQuery; query < endQuery; query++) {
				for (let key = firstKey; key < endKey; key++) {
					const i = offset + query * length + key;
					const value = probabilities[i] - (minus ? minus.probabilities[i] : 0);
					if (Math.abs(value) > Math.abs(farthest)) farthest = value;
				}
			}
			words[y * side + x] = colours[Math.min(last, Math.max(0, Math.round(zero + slope * farthest)))];
		}
	}
	context.putImageData(image, left, top);
}
