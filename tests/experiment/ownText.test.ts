import { describe, expect, it } from 'vitest';
import {
	characterCount,
	longestSequence,
	MAX_TEXT,
	readTextFile,
	shortTextProblem,
	tailStart,
	textProblem,
} from '../../src/experiment/ownText';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const refusal = (content: Uint8Array): string => {
	const reading = readTextFile(content, 'notes.txt');
	return reading.ok ? 'taken' : reading.message;
};

describe('own text', () => {
	it('is counted by code point', () => {
		for (const text of ['', 'abc', 'Ἄνδρα', '🐋a🐋', '家族👩‍👧']) expect(characterCount(text), text).toBe([...text].length);
	});

	it('holds out its last tenth, in which the longest sequence and its last target fit', () => {
		expect(tailStart(1000)).toBe(900);
		expect(longestSequence(1000)).toBe(99);
		expect(longestSequence(21)).toBe(2);
		expect(longestSequence(20)).toBe(1);
		expect(shortTextProblem('ab'.repeat(10))).toMatch(/20 characters: too short; it needs at least 21/);
		expect(shortTextProblem(`${'ab'.repeat(10)}a`)).toBeNull();
	});

	it('may have any characters of any language, line ends and tabs', () => {
		for (const text of ['Ἄνδρα μοι ἔννεπε\r\n', '\tif (x) {\n', 'שלום עולם', '🐋🐋🐋', 'e\u0301\u200d\ufeff', '\u001b[1mbold\u001b[0m'])
			expect(textProblem(text), text).toBeNull();
		expect(textProblem(`a single control\u0007${'.'.repeat(200)}`)).toBeNull();
		expect(textProblem('a\u0001b\u0002')).toMatch(/^is binary: 2 of its characters are controls/);
		expect(textProblem('ab\udc00')).toMatch(/half of a surrogate pair/);
	});

	it('is read from a UTF-8 file, with or without a byte order mark', () => {
		const text = 'Ναυσικάα 🐋\n'.repeat(10);
		expect(readTextFile(bytes(text), 'a.txt')).toEqual({ ok: true, text });
		expect(readTextFile(bytes(`\ufeff${text}`), 'a.txt')).toEqual({ ok: true, text });
	});

	it('is refused with the reason and the name of the file', () => {
		const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
		expect(refusal(png)).toBe('notes.txt is binary, or text in another encoding than UTF-8');
		expect(refusal(Uint8Array.from('Ünö'.repeat(20), (character) => character.charCodeAt(0)))).toMatch(/another encoding/);
		expect(refusal(bytes(`ELF\0${'x'.repeat(100)}`))).toMatch(/^notes.txt is binary: it has a character U\+0000/);
		expect(refusal(new Uint8Array([0xff, 0xfe, 0x41, 0x00]))).toMatch(/UTF-16 text; save it as UTF-8/);
		expect(refusal(bytes(''))).toMatch(/has 0 characters: too short/);
		expect(refusal(bytes('z'.repeat(50)))).toMatch(/one character, `z`/);
		expect(refusal(bytes('ab'.repeat(MAX_TEXT / 2 + 1)))).toMatch(/has 2000002 characters: too long; it may have at most 2000000/);
		expect(refusal(new Uint8Array(4 * MAX_TEXT + 4))).toMatch(/bytes: too long/);
	});
});
