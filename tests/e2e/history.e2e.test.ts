/** The form in the browser's history. */
import { expect, it } from 'vitest';
import { openPage } from '../support/browser';

it('back and forward step through the changes of the form, also through a text that is too long for a link', async () => {
	const short = 'abcdefghijkl'.repeat(150);
	const { page, errors, close } = await openPage({ width: 1440, height: 900, address: `#task=own-text&text=${short}&v=1` });
	const layers = page.getByLabel('Layers', { exact: true });
	const text = page.locator('#field-text');
	const hash = (part: RegExp) => page.waitForFunction((source) => new RegExp(source).test(location.hash), part.source);
	const long = 'The long text of the user. '.repeat(400);
	await page.getByRole('group', { name: 'Model', exact: true }).locator('summary').first().click();
	await layers.fill('3');
	await hash(/layers=3/);
	await text.fill(long);
	await page.waitForFunction(() => !location.hash.includes('text=abc'));
	await page.getByLabel('Heads', { exact: true }).fill('2');
	await hash(/heads=2/);
	await page.goBack();
	await page.goBack();
	await hash(/text=abcdefghijkl/);
	expect(await layers.inputValue()).toBe('3');
	expect(await text.inputValue()).toBe(short);
	await page.goForward();
	await page.waitForFunction(() => !location.hash.includes('text=abc'));
	expect(await text.inputValue()).toBe(long);
	await page.goBack();
	await page.goBack();
	await hash(/^(?!.*layers=)/);
	expect(await page.getByRole('button', { name: 'Train', exact: true }).isEnabled()).toBe(true);
	expect(errors).toEqual([]);
	await close();
});
