import { expect, it } from 'vitest';
import { spectrum99 } from '../../src/analysis/spectrum';
import { stream } from '../../src/data/random';

const centred = { centre: true };

/** `count` rows around (7, 7, …) in `directions` orthogonal directions of one size, and noise of a thousandth. */
function rowsIn(directions: number, count: number, width: number): Float64Array {
	const random = stream(3, 'rows', directions, count);
	return Float64Array.from({ length: count * width }, (_, e) => {
		const [row, column] = [Math.floor(e / width), e % width];
		// Opposite signs in pairs of rows: the mean stays where it is, and each direction gets the same share.
		const along = Math.floor(row / 2) % directions === column ? (row % 2 ? 5 : -5) : 0;
		return 7 + along + 1e-3 * random.normal();
	});
}

it('counts the directions in which the rows differ from their mean', () => {
	expect(spectrum99(rowsIn(1, 60, 12), 60, centred)).toBe(1);
	expect(spectrum99(rowsIn(5, 60, 12), 60, centred)).toBe(5);
});

it('counts the same with fewer rows than columns', () => {
	expect(spectrum99(rowsIn(3, 12, 40), 12, centred)).toBe(3);
});

it('has at most as many directions as rows', () => {
	expect(spectrum99(Float64Array.of(1, 2, 3), 1, centred)).toBe(1);
	expect(spectrum99(Float64Array.of(1, 2, 3, 5, 8, 13), 2, centred)).toBe(1);
});

it('counts the direction of the mean too if it is not subtracted', () => {
	// The mean, 7 in each of 12 columns, has 588 of 613 of the squared size: with the first direction that is all but noise.
	expect(spectrum99(rowsIn(1, 60, 12), 60, { centre: false })).toBe(2);
	expect(
		spectrum99(
			rowsIn(1, 60, 12).map((x) => x + 100),
			60,
			{ centre: false },
		),
	).toBe(1);
});
