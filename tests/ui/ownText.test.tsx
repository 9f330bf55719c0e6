// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeApp, openApp, prepare, type TestPage } from './render';

let page: TestPage;
beforeEach(async () => {
	prepare();
	page = await openApp();
	await page.type('#field-task', 'own-text');
});
afterEach(() => closeApp(page));

const LONG = 'The quick brown fox jumps over the lazy dog. '.repeat(40);
const trained = () => {
	const { experiment } = page.port.of('start').at(-1) ?? {};
	return experiment && [experiment.task, experiment.text];
};

it('asks for a text first, and trains on the one that is pasted', async () => {
	expect(page.text('#error-text')).toContain('needs a text');
	await page.click(page.button('Train'));
	expect(page.port.of('start')).toHaveLength(0);
	await page.type('#field-text', LONG);
	expect(page.text('#own-text-count')).toBe('1,800 characters');
	expect(page.text('#error-text')).toBe('');
	await page.click(page.button('Train'));
	expect(trained()).toEqual(['own-text', LONG]);
});

it('says that a short text is too short', async () => {
	await page.type('#field-text', 'too short');
	expect(page.text('#error-text')).toContain('too short');
	expect(page.find('#field-text').getAttribute('aria-invalid')).toBe('true');
});

describe('a file', () => {
	it('is read as UTF-8', async () => {
		await page.choose('.own-text', new File([`Ü${LONG}`], 'fox.txt'));
		await vi.waitFor(() => expect(page.find<HTMLTextAreaElement>('#field-text').value).toBe(`Ü${LONG}`));
	});

	it.each([
		['binary', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 2]), 'fox.png is binary'],
		['too short', new TextEncoder().encode('short'), 'too short'],
		['too long', new TextEncoder().encode('ab'.repeat(1_000_001)), 'too long'],
	])('that is %s is refused, and the text before it stays', async (_, bytes, message) => {
		await page.type('#field-text', LONG);
		await page.choose('.own-text', new File([bytes], 'fox.png'));
		await vi.waitFor(() => expect(page.text('#own-text-refused')).toContain(message));
		expect(page.find<HTMLTextAreaElement>('#field-text').value).toBe(LONG);
	});

	it('longer than can be edited shows its beginning, and trains whole', async () => {
		const book = LONG.repeat(20);
		await page.choose('.own-text', new File([book], 'book.txt'));
		await vi.waitFor(() => expect(page.text('#own-text-count')).toBe('36,000 characters, its beginning shown; too long for a link'));
		expect(page.find<HTMLTextAreaElement>('#field-text').readOnly).toBe(true);
		await page.click(page.button('Train'));
		expect(trained()).toEqual(['own-text', book]);
		await page.click(page.button('Clear the text'));
		expect(page.find<HTMLTextAreaElement>('#field-text').readOnly).toBe(false);
	});
});

it('shows each task the fields that it has, and no other', async () => {
	const there = () => ['text', 'triggers', 'vocabularySize', 'pairs', 'modulus'].filter((name) => document.querySelector(`#field-${name}`));
	expect(there()).toEqual(['text']);
	await page.type('#field-task', 'mqar');
	expect(there()).toEqual(['vocabularySize', 'pairs']);
	await page.type('#field-pairs', '6');
	await page.type('#field-task', 'modular-addition');
	expect(there()).toEqual(['modulus']);
	expect(page.find<HTMLInputElement>('#field-sequenceLength').value).toBe('3');
	await page.type('#field-task', 'text');
	expect(there()).toEqual([]);
	expect(page.find<HTMLInputElement>('#field-sequenceLength').value).toBe('64');
	await page.click(page.button('Train'));
	expect(trained()).toEqual(['text', '']);
});
