// @vitest-environment happy-dom
import { screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeApp, openApp, prepare, type TestPage } from './render';

let page: TestPage;
beforeEach(async () => {
	prepare();
	page = await openApp();
	await page.pick('Task', 'own-text');
});
afterEach(closeApp);

const text = () => screen.getByLabelText<HTMLTextAreaElement>('Text');
const error = () => screen.queryByRole('alert')?.textContent ?? '';
const LONG = 'The quick brown fox jumps over the lazy dog. '.repeat(40);
const trained = () => {
	const { experiment } = page.port.of('start').at(-1) ?? {};
	return experiment && [experiment.task, experiment.text];
};

it('requires a text, and trains on the pasted one', async () => {
	expect(error()).toContain('needs a text');
	await page.press('Train');
	expect(page.port.of('start')).toHaveLength(0);
	await page.write(text(), LONG);
	expect(screen.getByText('1,800 characters')).toBeTruthy();
	expect(error()).toBe('');
	await page.press('Train');
	expect(trained()).toEqual(['own-text', LONG]);
});

it('refuses a short text', async () => {
	await page.write(text(), 'too short');
	expect(error()).toContain('too short');
	expect(text().getAttribute('aria-invalid')).toBe('true');
});

describe('a file', () => {
	it('is read as UTF-8', async () => {
		await page.upload('Choose a file', new File([`Ü${LONG}`], 'fox.txt'));
		await vi.waitFor(() => expect(text().value).toBe(`Ü${LONG}`));
	});

	it.each([
		['binary', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 2]), 'fox.png is binary'],
		['too short', new TextEncoder().encode('short'), 'too short'],
		['too long', new TextEncoder().encode('ab'.repeat(1_000_001)), 'too long'],
	])('that is %s is refused, and the text before it stays', async (_, bytes, message) => {
		await page.write(text(), LONG);
		await page.upload('Choose a file', new File([bytes], 'fox.png'));
		await vi.waitFor(() => expect(error()).toContain(message));
		expect(text().value).toBe(LONG);
	});

	it('longer than can be edited shows its beginning, and trains whole', async () => {
		const book = LONG.repeat(20);
		await page.upload('Choose a file', new File([book], 'book.txt'));
		await vi.waitFor(() => expect(screen.getByText('36,000 characters, only the beginning is shown, too long for a link')).toBeTruthy());
		expect(text().readOnly).toBe(true);
		await page.press('Train');
		expect(trained()).toEqual(['own-text', book]);
		await page.press('Clear the text');
		expect(text().readOnly).toBe(false);
	});
});

it('shows only the fields of the chosen task', async () => {
	const fields = () => ['Text', 'Triggers', 'Vocabulary', 'Pairs', 'Modulus'].filter((label) => screen.queryByLabelText(label));
	const sequenceLength = () => screen.getByLabelText<HTMLInputElement>('Sequence length').value;
	expect(fields()).toEqual(['Text']);
	await page.pick('Task', 'mqar');
	expect(fields()).toEqual(['Vocabulary', 'Pairs']);
	await page.write('Pairs', '6');
	await page.pick('Task', 'modular-addition');
	expect(fields()).toEqual(['Modulus']);
	expect(sequenceLength()).toBe('3');
	await page.pick('Task', 'text');
	expect(fields()).toEqual([]);
	expect(sequenceLength()).toBe('64');
	await page.press('Train');
	expect(trained()).toEqual(['text', '']);
});
