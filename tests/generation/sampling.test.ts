import { describe, expect, it } from 'vitest';
import { stream } from '../../src/data/random';
import { sampleToken } from '../../src/generation/sampling';

const LOGITS = [0, Math.log(3), Math.log(6), Number.NEGATIVE_INFINITY];

const shares = (temperature: number, topK: number): number[] => {
	const random = stream(1, 'test');
	const counts = LOGITS.map(() => 0);
	for (let i = 0; i < 20_000; i++) counts[sampleToken(LOGITS, { temperature, topK }, random)]++;
	return counts.map((count) => count / 20_000);
};

describe('sampling', () => {
	it('takes the likeliest token at temperature 0, the first of equals', () => {
		expect(sampleToken([1, 5, 5, 2], { temperature: 0, topK: 0 }, stream(1))).toBe(1);
	});

	it.each([
		[1, 0, [0.1, 0.3, 0.6, 0]],
		[1, 2, [0, 1 / 3, 2 / 3, 0]],
		[1, 1, [0, 0, 1, 0]],
		[0.5, 0, [1 / 46, 9 / 46, 36 / 46, 0]],
		[1, 50, [0.1, 0.3, 0.6, 0]],
	])('draws from softmax(logits / %d) over the top %d', (temperature, topK, expected) => {
		shares(temperature, topK).forEach((share, token) => {
			expect(Math.abs(share - expected[token])).toBeLessThan(expected[token] ? 0.012 : 1e-9);
		});
	});

	it('stays finite with logits that are far apart', () => {
		expect(sampleToken([-1e30, 1e30, 0], { temperature: 0.01, topK: 0 }, stream(2))).toBe(1);
	});
});
