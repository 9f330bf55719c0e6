import { describe, expect, it } from 'vitest';
import { AliasTable } from '../../src/data/alias';
import { type Key, stream } from '../../src/data/random';

const draw = (count: number, seed: number, ...keys: Key[]): number[] => {
	const random = stream(seed, ...keys);
	return Array.from({ length: count }, () => random.uniform());
};

/** Pearson's statistic, in standard deviations above what chance gives. */
function surprise(observed: readonly number[], expected: readonly number[]): number {
	let chi2 = 0;
	observed.forEach((count, i) => {
		chi2 += (count - expected[i]) ** 2 / expected[i];
	});
	const freedom = observed.length - 1;
	return (chi2 - freedom) / Math.sqrt(2 * freedom);
}

describe('stream', () => {
	it('gives the same numbers for the same seed and keys, here and on every other machine', () => {
		expect(draw(5, 1, 'batch', 7)).toEqual(draw(5, 1, 'batch', 7));
		expect(draw(2, 1, 'a')).toEqual([0.006398317917110541, 0.5651601910558431]);
	});

	it('gives unrelated numbers if seed or any key differs', () => {
		const keys: [number, ...Key[]][] = [
			[1],
			[2],
			[0],
			[0xffffffff],
			[1, 'a'],
			[1, 'b'],
			[1, 'a', 'b'],
			[1, 'ab'],
			[1, 'a', 1],
			[1, 1],
			[1, '1'],
			[1, 0],
			[1, ''],
			[1, '', ''],
			[1, 0.5],
			[1, 1, 'a'],
		];
		const drawn = keys.map((one) => draw(2000, ...one));
		expect(new Set(drawn.map((numbers) => numbers[0])).size).toBe(keys.length);
		for (let i = 0; i < keys.length; i++) {
			for (let j = 0; j < i; j++) {
				// Correlation of two independent series of 2000 stays within 5/√2000.
				const products = drawn[i].map((x, t) => 12 * (x - 0.5) * (drawn[j][t] - 0.5));
				expect(Math.abs(products.reduce((a, b) => a + b) / 2000), `${keys[i]} and ${keys[j]}`).toBeLessThan(0.112);
			}
		}
	});

	it('is uniform over neighbouring seeds and steps too, whose streams only a hash separates', () => {
		const bins = new Array(64).fill(0);
		for (let seed = 0; seed < 80; seed++) for (let step = 0; step < 80; step++) bins[Math.floor(draw(1, seed, 'batch', step)[0] * 64)]++;
		expect(
			surprise(
				bins,
				bins.map(() => 100),
			),
		).toBeLessThan(4);
	});

	it('draws whole numbers without bias', () => {
		for (const n of [1, 2, 3, 10, 89]) {
			const random = stream(4, 'integer', n);
			const bins = new Array(n).fill(0);
			for (let i = 0; i < 200 * n; i++) bins[random.integer(n)]++;
			expect(bins.reduce((a, b) => a + b)).toBe(200 * n);
			if (n > 1)
				expect(
					surprise(
						bins,
						bins.map(() => 200),
					),
				).toBeLessThan(4);
		}
		const random = stream(4);
		const large = Array.from({ length: 1000 }, () => random.integer(3 * 2 ** 30)); // a plain remainder would prefer the lower third
		expect(Math.abs(large.filter((x) => x < 2 ** 30).length - 1000 / 3)).toBeLessThan(60);
	});

	it('draws normal numbers: moments, tails and no tie between pairs', () => {
		const random = stream(9, 'normal');
		const n = 100_000;
		const x = Array.from({ length: n }, () => random.normal());
		const mean = (f: (value: number, i: number) => number): number => x.reduce((sum, value, i) => sum + f(value, i), 0) / n;
		expect(Math.abs(mean((v) => v))).toBeLessThan(0.015);
		expect(Math.abs(mean((v) => v * v) - 1)).toBeLessThan(0.02);
		expect(Math.abs(mean((v) => v ** 3))).toBeLessThan(0.05);
		expect(Math.abs(mean((v) => v ** 4) - 3)).toBeLessThan(0.15);
		expect(Math.abs(mean((v, i) => v * x[(i + 1) % n]))).toBeLessThan(0.015);
		expect(Math.abs(mean((v) => (Math.abs(v) > 1.959964 ? 1 : 0)) - 0.05)).toBeLessThan(0.003);
	});
});

describe('AliasTable', () => {
	const shares: number[][] = [
		[1],
		[1, 1],
		[0, 3, 0],
		[1e-6, 1, 2, 0, 7],
		Array.from({ length: 89 }, (_, i) => 1 / (i + 1)),
		[0.1, 0.2, 0.3, 0.4],
	];
	it('draws each outcome in proportion to its weight, and one of weight 0 never', () => {
		for (const weights of shares) {
			const table = new AliasTable(weights);
			const random = stream(3, 'alias', weights.length);
			const total = weights.reduce((a, b) => a + b);
			const n = 50_000;
			const bins = weights.map(() => 0);
			for (let i = 0; i < n; i++) bins[table.sample(random)]++;
			weights.forEach((weight, i) => {
				const expected = (n * weight) / total;
				if (weight === 0) expect(bins[i]).toBe(0);
				else expect(Math.abs(bins[i] - expected), `${i} of ${weights}`).toBeLessThan(5 * Math.sqrt(expected) + 1);
			});
		}
	});

	it('refuses weights that sum to nothing', () => {
		expect(() => new AliasTable([0, 0])).toThrow(/weight above 0/);
		expect(() => new AliasTable([])).toThrow(/weight above 0/);
	});
});
