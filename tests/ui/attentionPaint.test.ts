import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AttentionMaps } from '../../src/experiment/records/frame';
import { type MapColours, type Picture, paintMap } from '../../src/ui/attention/paint';
import { attentionColour, differenceColour, MAP_GROUND } from '../../src/ui/theme/attentionScale';
import { parseHex, type Rgb, toOklab } from '../../src/ui/theme/colour';

/** The canvas's pixels: one colour each, row by row. */
let painted: Rgb[];
const context = {
	putImageData: ({ data }: { data: Uint8ClampedArray }) => {
		painted = Array.from({ length: data.length / 4 }, (_, i) => [data[4 * i], data[4 * i + 1], data[4 * i + 2]]);
	},
} as unknown as CanvasRenderingContext2D;

beforeEach(() =>
	vi.stubGlobal(
		'ImageData',
		class {
			readonly data: Uint8ClampedArray;
			constructor(
				readonly width: number,
				readonly height: number,
			) {
				this.data = new Uint8ClampedArray(4 * width * height);
			}
		},
	),
);
afterEach(() => vi.unstubAllGlobals());

const N = 16;
/** One map in which every query gives its first key `sink`, and itself the rest. */
const mapsWith = (sink: number): AttentionMaps => ({
	run: 'vanilla-1',
	step: 0,
	layers: 1,
	heads: 1,
	length: N,
	tokens: Array.from({ length: N }, () => 'a'),
	probabilities: Float32Array.from({ length: N * N }, (_, i) => (i % N === 0 ? sink : i % N === Math.floor(i / N) ? 1 - sink : 0)),
});
const LINEAR: MapColours = { scale: 'linear', range: 'fixed', most: 1, shade: 'light' };
const paint = (picture: Omit<Picture, 'attention'>, side: number, look = LINEAR) =>
	paintMap(context, { left: 0, top: 0, side }, { ...picture, attention: picture.maps }, 0, 0, look);
const ground = parseHex(MAP_GROUND.light);

it('a map shows 0 as the background, and a probability as its place on the scale', () => {
	paint({ maps: mapsWith(0.25), minus: null }, N);
	expect(painted[5 * N + 3]).toEqual(ground);
	expect(painted[5 * N]).toEqual(attentionColour(Math.round(0.25 * 1023) / 1023, 'light'));
});

it('a sink’s single column stays visible if a pixel covers several cells', () => {
	paint({ maps: mapsWith(0.5), minus: null }, 4);
	expect(painted).toHaveLength(16);
	expect(painted[3 * 4]).toEqual(attentionColour(Math.round(0.5 * 1023) / 1023, 'light'));
	expect(painted[3 * 4 + 1]).toEqual(ground);
});

it('a small map fills its room, each cell with several pixels', () => {
	paint({ maps: mapsWith(0.5), minus: null }, 2 * N);
	expect(painted[10 * 2 * N + 1]).toEqual(painted[10 * 2 * N]);
	expect(painted[10 * 2 * N + 2]).toEqual(ground);
});

it('a difference shows no change as the background, more as warm and less as cool', () => {
	paint({ maps: mapsWith(0.25), minus: mapsWith(0.75) }, N);
	expect(painted[5 * N + 3]).toEqual(ground);
	expect(painted[5 * N]).toEqual(differenceColour(-0.5, 'light'));
	expect(painted[5 * N + 5]).toEqual(differenceColour(0.5, 'light'));
	const [red, , blue] = painted[5 * N];
	expect(blue).toBeGreaterThan(red);
});

it('a map on its own scale reaches the far end with its largest value', () => {
	paint({ maps: mapsWith(0.4), minus: null }, N, { ...LINEAR, range: 'own' });
	expect(painted[9 * N + 9]).toEqual(attentionColour(1, 'light'));
	expect(painted[9 * N]).toEqual(attentionColour(Math.round((0.4 / 0.6) * 1023) / 1023, 'light'));
});

it.each(['light', 'dark'] as const)(
	'in the %s theme a difference is as far from the background in lightness whichever way it goes, step by step',
	(shade) => {
		const away = (t: number) => Math.abs(toOklab(differenceColour(t, shade))[0] - toOklab(differenceColour(0, shade))[0]);
		for (let t = 0.1; t <= 1; t += 0.1) {
			expect(away(t)).toBeGreaterThan(away(t - 0.1));
			expect(Math.abs(away(t) - away(-t)), `at ±${t.toFixed(1)}`).toBeLessThan(0.06);
		}
	},
);
