import { describe, expect, it } from 'vitest';
import { allocate, type Lifetime } from '../../src/compiler/memory';
import { stream } from '../../src/data/random';

const overlap = (a: Lifetime, b: Lifetime) => a.first <= b.last && b.first <= a.last;

describe('memory planning', () => {
	it('never gives two values that live at once the same buffer, nor one that is too small', () => {
		const random = stream(1, 'lifetimes');
		for (let round = 0; round < 50; round++) {
			const lifetimes = Array.from({ length: 40 }, (_, i): Lifetime => {
				const first = random.integer(60);
				return { name: `value ${i}`, bytes: 16 * (1 + random.integer(50)), first, last: first + random.integer(20) };
			});
			const { buffers, sizes, holds } = allocate(lifetimes);
			lifetimes.forEach((a, i) => {
				expect(sizes[buffers[i]]).toBeGreaterThanOrEqual(a.bytes);
				expect(holds[buffers[i]]).toContain(a.name);
				lifetimes.slice(0, i).forEach((b, j) => {
					if (buffers[i] === buffers[j]) expect(overlap(a, b), `${a.name} and ${b.name}`).toBe(false);
				});
			});
		}
	});

	it('needs two buffers for a chain of equal values, however long', () => {
		const chain = Array.from({ length: 100 }, (_, i): Lifetime => ({ name: `${i}`, bytes: 64, first: i, last: i + 1 }));
		expect(allocate(chain).sizes).toEqual([64, 64]);
	});

	it('never shares the buffer of a value that lives throughout', () => {
		const kept: Lifetime = { name: 'tokens', bytes: 16, first: -1, last: Number.POSITIVE_INFINITY };
		const { holds } = allocate([kept, { name: 'a', bytes: 16, first: 0, last: 1 }, { name: 'b', bytes: 16, first: 5, last: 6 }]);
		expect(holds).toEqual([['tokens'], ['a', 'b']]);
	});
});
