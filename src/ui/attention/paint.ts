/**
 * Maps onto canvases, a few milliseconds a frame: a screen full of large maps never holds the main thread for long.
 */
import type { AttentionMaps } from '../../session/client/protocol';
import { mapOffset } from './maps';

const BUDGET = 6;
const waiting = new Map<HTMLCanvasElement, () => void>();
let frame = 0;

/** Paints a canvas soon; a later job for the same canvas replaces one that still waits. */
export function paintSoon(canvas: HTMLCanvasElement, job: () => void): void {
	waiting.set(canvas, job);
	if (frame === 0) frame = requestAnimationFrame(paintSome);
}

function paintSome(): void {
	frame = 0;
	const end = performance.now() + BUDGET;
	for (const [canvas, job] of waiting) {
		waiting.delete(canvas);
		job();
		if (performance.now() > end) break;
	}
	if (waiting.size > 0) frame = requestAnimationFrame(paintSome);
}

let spare: ImageData | null = null;

/** One picture for all maps of a size: a new one for each, many times a second, keeps the garbage collector busy. */
function imageOf(side: number): ImageData {
	if (spare?.width !== side) spare = new ImageData(side, side);
	return spare;
}

/**
 * Paints one map, a pixel a cell. Where it has more cells than `pixels` a side, a pixel shows the largest of its
 * cells, so that a sink's single column stays visible.
 */
export function paintMap(
	canvas: HTMLCanvasElement,
	maps: AttentionMaps,
	layer: number,
	head: number,
	colours: Uint32Array,
	pixels: number,
): void {
	const { length, probabilities } = maps;
	const block = Math.max(1, Math.ceil(length / Math.max(1, pixels)));
	const side = Math.ceil(length / block);
	const context = canvas.getContext('2d');
	if (!context) return;
	if (canvas.width !== side) {
		canvas.width = side;
		canvas.height = side;
	}
	const image = imageOf(side);
	const words = new Uint32Array(image.data.buffer);
	const last = colours.length - 1;
	const offset = mapOffset(maps, layer, head);
	for (let y = 0; y < side; y++) {
		for (let x = 0; x < side; x++) {
			let largest = 0;
			const queryEnd = Math.min(length, (y + 1) * block);
			const keyEnd = Math.min(length, (x + 1) * block);
			for (let query = y * block; query < queryEnd; query++) {
				for (let key = x * block; key < keyEnd; key++) {
					const p = probabilities[offset + query * length + key];
					if (p > largest) largest = p;
				}
			}
			words[y * side + x] = colours[Math.min(last, Math.round(largest * last))];
		}
	}
	context.putImageData(image, 0, 0);
}
