import { describe, expect, it } from 'vitest';
import { bucketBorders, decimate } from '../../../src/session/client/runs/decimate';
import { LossSeries } from '../../../src/session/client/runs/lossSeries';
import { extremesOf } from '../../../src/session/client/runs/pyramid';

/** Whole steps, each once. */
const edges = (from: number, to: number, buckets: number, logarithmic = false) => [
	...new Set(bucketBorders(from, to, buckets, logarithmic).map(Math.round)),
];
/** Numbers that repeat seldom and follow no order. */
const jumble = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 43758.5453);

describe('decimation', () => {
	it('keeps a spike of one step among 100 000, at its step', () => {
		const losses = new Float32Array(100_000).fill(2);
		losses[61_803] = 9;
		losses[61_804] = 0.5;
		const points = decimate(losses, edges(0, losses.length, 240));
		expect(points.values[points.steps.indexOf(61_803)]).toBe(9);
		expect(points.values[points.steps.indexOf(61_804)]).toBe(0.5);
		expect(points.steps.length).toBeLessThanOrEqual(480);
	});

	it('gives steps in order, each at most once, for even and logarithmic buckets', () => {
		for (const logarithmic of [false, true]) {
			const { steps } = decimate(jumble(9973), edges(1, 9973, 300, logarithmic));
			expect(steps.length).toBeGreaterThan(200);
			for (let i = 1; i < steps.length; i++) expect(steps[i]).toBeGreaterThan(steps[i - 1]);
		}
	});

	it('keeps every step if there are fewer steps than buckets', () => {
		const losses = Float32Array.from([4, 3, 5, 2, 1]);
		expect(decimate(losses, edges(0, 5, 240)).values).toEqual([4, 3, 5, 2, 1]);
	});

	it('leaves out NaN, and steps that a shorter run has not reached', () => {
		const losses = Float32Array.from([4, Number.NaN, Number.POSITIVE_INFINITY, 2]);
		expect(decimate(losses, edges(0, 10, 10)).steps).toEqual([0, 3]);
	});
});

describe('extremes of a range', () => {
	function byHand(values: Float32Array, from: number, to: number): [number, number] {
		const range = values.subarray(from, to).filter(Number.isFinite);
		return [Math.min(...range), Math.max(...range)];
	}

	it('are those of every step in it, whatever its ends', () => {
		const values = jumble(9000);
		for (let i = 0; i < values.length; i += 97) values[i] = Number.NaN;
		const extremes = extremesOf(values);
		for (const [from, to] of [
			[0, 9000],
			[1, 8999],
			[255, 4097],
			[256, 512],
			[1000, 1003],
			[16, 32],
		]) {
			const { smallest, largest } = extremes(from, to);
			expect([values[smallest], values[largest]], `${from} to ${to}`).toEqual(byHand(values, from, to));
		}
		expect(extremes(97, 98)).toEqual({ smallest: -1, largest: -1 });
		expect(extremes(20, 20)).toEqual({ smallest: -1, largest: -1 });
	});

	it('follow a series that grows, and one that goes back to a checkpoint', () => {
		const series = new LossSeries();
		const later = jumble(5000);
		const check = () => {
			const { losses } = series.view();
			const { smallest, largest } = extremesOf(losses)(3, losses.length);
			expect([losses[smallest], losses[largest]]).toEqual(byHand(losses, 3, losses.length));
		};
		for (let first = 0; first < 5000; first += 125) {
			series.append(first, later.subarray(first, first + 125), new Float32Array(125));
			check();
		}
		const before = series.view();
		series.truncate(2048);
		series.append(2048, later.map((value) => value / 1000).subarray(0, 300), new Float32Array(300));
		check();
		const { largest } = extremesOf(before.losses)(0, 5000);
		expect(before.losses[largest]).toBe(byHand(before.losses, 0, 5000)[1]);
	});
});
