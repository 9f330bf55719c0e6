import { describe, expect, it } from 'vitest';
import { Tokenizer } from '../../src/generation/tokenizer';

const characters = (...tokens: string[]) => new Tokenizer({ tokens, separator: '' });

describe('prompts as tokens', () => {
	it('are characters if the vocabulary has characters', () => {
		const tokenizer = characters(' ', 'a', 'b', '🐋');
		expect(tokenizer.encode('b a🐋')).toEqual([2, 0, 1, 3]);
		expect([2, 0, 3].map((id) => tokenizer.decode(id)).join('')).toBe('b 🐋');
	});

	it('start with <s> once if the vocabulary has it', () => {
		const tokenizer = characters('<s>', 'a', 'b');
		expect(tokenizer.encode('ab')).toEqual([0, 1, 2]);
		expect(tokenizer.encode('<s>ab')).toEqual([0, 1, 2]);
		expect(tokenizer.encode('')).toEqual([0]);
		expect(tokenizer.start).toBe(0);
	});

	it('are words if the vocabulary has words', () => {
		const tokenizer = new Tokenizer({ tokens: ['1', '2', '12', '='], separator: ' ' });
		expect(tokenizer.encode(' 12 1\n2 = ')).toEqual([2, 0, 1, 3]);
		expect([2, 3].map((id) => tokenizer.decode(id)).join('')).toBe(' 12 =');
		expect(() => tokenizer.encode('12 13')).toThrow("the prompt's word `13` is not in the model's vocabulary");
	});

	it('name a character that the model has never seen', () => {
		expect(() => characters('a', ' ').encode('a é')).toThrow("the prompt's character `é` (U+00E9) is not in the model's vocabulary");
		expect(() => characters('a', ' ').encode('a\t')).toThrow('U+0009');
	});
});
