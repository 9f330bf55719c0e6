import { describe, expect, it } from 'vitest';
import { withShownFirst } from '../../src/data/shownSequence';
import type { Batch } from '../../src/data/task';

const batch = (rows: number[][], extra: Partial<Batch> = {}): Batch => ({
	inputs: Int32Array.from(rows.flat()),
	targets: Int32Array.from(rows.flat(), (token) => token + 100),
	batchSize: rows.length,
	sequenceLength: rows[0].length,
	...extra,
});

describe('the sequence that maps show', () => {
	const rows = [
		[1, 2, 1, 2, 1],
		[1, 1, 1, 1, 1],
		[1, 2, 3, 4, 5],
		[5, 4, 3, 2, 1],
	];

	it('is the least repetitive, which changes places with the first in every array', () => {
		const positionClass = Uint8Array.from(rows.flatMap((_, b) => Array(5).fill(b)));
		const vectors = {
			inputs: Float32Array.from(rows.flat().flatMap((x) => [x, -x])),
			targets: Float32Array.from(rows.flat().flatMap((x) => [x, 2 * x])),
		};
		const shown = withShownFirst(batch(rows, { positionClass, vectors }));
		const order = [2, 1, 0, 3];
		const reordered = order.map((b) => rows[b]);
		expect(shown).toEqual(
			batch(reordered, {
				positionClass: Uint8Array.from(order.flatMap((b) => Array(5).fill(b))),
				vectors: {
					inputs: Float32Array.from(reordered.flat().flatMap((x) => [x, -x])),
					targets: Float32Array.from(reordered.flat().flatMap((x) => [x, 2 * x])),
				},
			}),
		);
	});

	it('stays where it is if it is the first of the least repetitive', () => {
		const first = batch([rows[2], rows[0], rows[3]]);
		expect(withShownFirst(first)).toBe(first);
	});

	it('leaves the given batch as it is', () => {
		const given = batch(rows);
		withShownFirst(given);
		expect(given).toEqual(batch(rows));
	});
});
