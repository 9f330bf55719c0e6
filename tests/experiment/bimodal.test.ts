import { describe, expect, it } from 'vitest';
import { modesOf } from '../../src/experiment/bimodal';

describe('seeds in two camps', () => {
	it('are counted where half of the seeds have a sink', () => {
		expect(modesOf([0.02, 0.8, 0.1, 0.99, 0.17, 0.9, 0.05, 0.85], true)).toEqual({ n: 8, above: 4, threshold: 0.5 });
	});

	it('are counted where one seed alone differs', () => {
		expect(modesOf([0.002, 0.004, 0.93, 0.001, 0.02], true)).toEqual({ n: 5, above: 1, threshold: 0.5 });
	});

	it('are separated by a round number if one half is not between them', () => {
		expect(modesOf([0.05, 0.06, 0.41, 0.43], true)).toEqual({ n: 4, above: 2, threshold: 0.2 });
		expect(modesOf([3, 4, 291, 280, 2], false)).toEqual({ n: 5, above: 2, threshold: 100 });
	});

	it('are not seen in values that spread evenly, lie close together, or are few', () => {
		expect(modesOf([0.54, 0.71, 0.88, 0.99, 0.93], true)).toBeNull();
		expect(modesOf([0.1, 0.101, 0.14, 0.141], true)).toBeNull();
		expect(modesOf([1.94, 1.941, 1.99, 1.991], false)).toBeNull();
		expect(modesOf([0.01, 0.02, 0.99], true)).toBeNull();
		expect(modesOf([0.3, 0.3, 0.3, 0.3], true)).toBeNull();
	});

	it('are seen by chance as often as docs/METHODS.md section 3 says', () => {
		let state = 1;
		const random = () => {
			state = (state * 48271) % 2147483647;
			return state / 2147483647;
		};
		const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
		// Numbers of this size have every gap that a share needs, so that the first condition decides alone.
		const shareOf = (seeds: number) => {
			const draws = Array.from({ length: 20_000 }, () =>
				modesOf(
					Array.from({ length: seeds }, () => 1000 * normal()),
					true,
				),
			);
			return draws.filter((modes) => modes !== null).length / draws.length;
		};
		expect(shareOf(8)).toBeCloseTo(0.015, 2);
		expect(shareOf(5)).toBeCloseTo(0.164, 2);
		expect(shareOf(4)).toBeCloseTo(0.34, 2);
	});

	it('leave out runs without a number', () => {
		expect(modesOf([0.02, null, 0.98, Number.NaN, 0.03, 0.97], true)).toEqual({ n: 4, above: 2, threshold: 0.5 });
		expect(modesOf([0.02, null, 0.98, Number.NaN, 0.03], true)).toBeNull();
	});
});
