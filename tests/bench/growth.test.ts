import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../src/compiler/profile';
import { addedExponent, exponent, GROWN_SIZES, grown, growthLine } from './growth';
import { plansOf } from './model';
import { SHAPES, stepFlops } from './peers/lib/common.mjs';
import { sizesOf } from './shape';

it('finds the exponent of a power, and the best one of numbers that are none', () => {
	expect(exponent([1, 2, 4], [3, 12, 48])).toBeCloseTo(2, 12);
	expect(exponent([1, 10, 1000], [5, 5, 5])).toBeCloseTo(0, 12);
	// log2: (0, 1), (1, 1), (2, 4) have the slope 3/2.
	expect(exponent([1, 2, 4], [2, 2, 16])).toBeCloseTo(1.5, 12);
	expect(exponent([2, 2], [1, 3])).toBeNaN();
});

it('finds the exponent of what grows although most of it does not', () => {
	const xs = [4, 8, 16, 32];
	const linear = xs.map((x) => 1000 + 3 * x);
	const square = xs.map((x) => 1000 + x ** 2);
	expect(exponent(xs, linear)).toBeLessThan(0.1);
	expect(addedExponent(xs, linear)).toBeCloseTo(1, 12);
	expect(addedExponent(xs, square)).toBeCloseTo(2, 12);
});

it('compares time with FLOP, not only with the size', () => {
	const rows = [1, 2, 4].map((times) => {
		const shape = grown(SHAPES.tiny, 'hiddenSize', times);
		return { sizes: sizesOf(shape), flop: times ** 2, gpu_bytes: 100 + times, step_ms: 7 * times ** 2 };
	});
	expect(growthLine('tiny', 'hiddenSize', rows)).toEqual({
		growth: 'hiddenSize',
		of: 'tiny',
		values: [64, 128, 256],
		exponents: {
			flop: expect.closeTo(2, 10),
			gpu_bytes: expect.any(Number),
			added_bytes: expect.closeTo(1, 10),
			step_ms: expect.closeTo(2, 10),
			step_ms_by_flop: expect.closeTo(1, 10),
		},
	});
});

/** Bytes of arenas and of the activations that training and evaluation share. */
function bytesOf(shape: (typeof SHAPES)[string], profile: (typeof PROFILES)[number]): number {
	const { training, evaluation } = plansOf(shape, { profile, maxBindingBytes: 2 ** 30 });
	return training.statistics.arenaBytes + Math.max(...[training, evaluation].map(({ statistics }) => statistics.activationBytes));
}

describe.each(PROFILES)('with the $name kernels', (profile) => {
	it('memory grows linearly with layers, length and batch', () => {
		// The smallest shapes split more sums into parts, which takes memory that larger ones do not need.
		const factors = [2, 4, 8];
		for (const size of ['layers', 'sequenceLength', 'batchSize'] as const) {
			const bytes = factors.map((times) => bytesOf(grown(SHAPES.small, size, times), profile));
			expect(exponent(factors, bytes), size).toBeLessThanOrEqual(1.05);
			expect(addedExponent(factors, bytes), size).toBeLessThanOrEqual(1.05);
		}
	});
});

it('every size that grows makes the same step larger', () => {
	for (const size of GROWN_SIZES) {
		const [shape, twice] = [SHAPES.tiny, grown(SHAPES.tiny, size, 2)];
		expect(sizesOf(twice)[size]).toBe(2 * sizesOf(shape)[size]);
		expect(stepFlops(twice)).toBeGreaterThan(1.9 * stepFlops(shape));
	}
});
