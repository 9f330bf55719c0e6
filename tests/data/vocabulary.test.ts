import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../src/data/vocabulary';
import { START } from '../../src/experiment/tasks/tokens';

describe('Vocabulary', () => {
	it('numbers characters by code point, not by UTF-16 unit or language', () => {
		expect(new Vocabulary('zäa🐋\uffee\nZ ').tokens).toEqual(['\n', ' ', 'Z', 'a', 'z', 'ä', '\uffee', '🐋']);
	});

	it('encodes and decodes every text over its characters', () => {
		const vocabulary = new Vocabulary('the whale 🐋—Œ\n');
		for (const text of ['', 'whale', '🐋🐋 e', 'Œ\n—']) {
			const ids = vocabulary.encode(text);
			expect(ids.length).toBe(Array.from(text).length);
			expect(vocabulary.decode(ids)).toBe(text);
		}
	});

	it('puts special tokens first, and never finds one in a text', () => {
		const vocabulary = new Vocabulary('<s>!', [START]);
		expect(vocabulary.size).toBe(5);
		expect(vocabulary.decode([0])).toBe('<s>');
		expect(Array.from(vocabulary.encode('<s>'), (id) => vocabulary.tokens[id])).toEqual(['<', 's', '>']);
		expect(vocabulary.id('!')).toBe(1);
		expect(vocabulary.id('?')).toBeUndefined();
	});

	it('names a character that it does not know', () => {
		expect(() => new Vocabulary('abc').encode('ab 🐋')).toThrow('the character `␣` (U+0020) is not in the vocabulary');
		expect(() => new Vocabulary('abc').encode('🐋')).toThrow('`🐋` (U+1F40B)');
	});

	it('shows white space as visible signs', () => {
		const vocabulary = new Vocabulary(' \n\ta', [START]);
		expect(Array.from({ length: vocabulary.size }, (_, id) => vocabulary.display(id))).toEqual(['<s>', '⇥', '⏎', '␣', 'a']);
	});
});

describe('a vocabulary of words', () => {
	it('reads and writes words with spaces between, special ones among them', () => {
		const vocabulary = Vocabulary.ofWords(['<s>', '→', '0', '10']);
		expect(vocabulary.size).toBe(4);
		expect([...vocabulary.encode(' <s>  10\n→ 0 ')]).toEqual([0, 3, 1, 2]);
		expect(vocabulary.decode([0, 3, 1, 2])).toBe('<s> 10 → 0');
		expect(vocabulary.display(3)).toBe('10');
		expect(vocabulary.encode('').length).toBe(0);
		expect(() => vocabulary.encode('10 100')).toThrow('the token `100` is not in the vocabulary');
	});
});
