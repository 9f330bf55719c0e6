import { expect, it } from 'vitest';
import { criticalPoint } from '../../src/experiment/criticalPoint';

it.each([
	[[-1, -1, 1, 1], 2],
	[[1, -1, 1, -1, 0, 1, 1], 5],
	[[-1, -1, -1], 'not reached'],
	[[1, -1, 1, 0], 'not reached'],
	[[1, 1, 1], 'never ahead'],
	[[0, 0, 1], 'never ahead'],
	[[], 'never ahead'],
	[[Number.NaN, -1, Number.NaN, 2, Number.NaN], 3],
])('of %j is %s', (relative, expected) => {
	expect(criticalPoint(relative)).toBe(expected);
});
