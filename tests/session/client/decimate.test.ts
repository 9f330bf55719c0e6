import { describe, expect, it } from 'vitest';
import { bucketEdges, decimate } from '../../../src/session/client/decimate';

describe('decimation', () => {
	it('keeps a spike of one step among 100 000, at its step', () => {
		const losses = new Float32Array(100_000).fill(2);
		losses[61_803] = 9;
		losses[61_804] = 0.5;
		const points = decimate(losses, bucketEdges(0, losses.length, 240, false));
		expect(points.values[points.steps.indexOf(61_803)]).toBe(9);
		expect(points.values[points.steps.indexOf(61_804)]).toBe(0.5);
		expect(points.steps.length).toBeLessThanOrEqual(480);
	});

	it('gives steps in order, each at most once, for even and logarithmic buckets', () => {
		const losses = Float32Array.from({ length: 9973 }, (_, i) => Math.sin(i * 12.9898) * 43758.5453);
		for (const logarithmic of [false, true]) {
			const { steps } = decimate(losses, bucketEdges(1, losses.length, 300, logarithmic));
			for (let i = 1; i < steps.length; i++) expect(steps[i]).toBeGreaterThan(steps[i - 1]);
		}
	});

	it('keeps every step where there are fewer steps than buckets', () => {
		const losses = Float32Array.from([4, 3, 5, 2, 1]);
		expect(decimate(losses, bucketEdges(0, 5, 240, false)).values).toEqual([4, 3, 5, 2, 1]);
	});

	it('leaves out what is no number, and steps that a shorter run has not reached', () => {
		const losses = Float32Array.from([4, Number.NaN, Number.POSITIVE_INFINITY, 2]);
		const points = decimate(losses, bucketEdges(0, 10, 10, false));
		expect(points.steps.filter((step) => !Number.isFinite(losses[step]))).toEqual([]);
		expect(points.steps).toEqual([0, 3]);
	});

	it('cuts nothing into one empty list', () => {
		expect(decimate(new Float32Array(0), bucketEdges(0, 0, 240, false)).steps).toEqual([]);
		expect(decimate(new Float32Array(0), bucketEdges(1, 1, 240, true)).steps).toEqual([]);
	});
});
