/** Results that are sent in a link, and run again by whoever opens it. */
import { expect, it } from 'vitest';
import { openPage } from '../support/browser';

const SMALL = '#task=copy&methods=vanilla,svformer&layers=2&hiddenSize=16&heads=2&batchSize=4&steps=30&seeds=1,2&v=1';

/** Keeps copied texts in the page. */
function keepCopies(): void {
	Object.defineProperty(navigator, 'clipboard', {
		value: { writeText: async (text: string) => void Object.assign(window, { copied: text }) },
	});
}

it('a link with results shows the sender’s curves dashed, and says that they held once they are run again', async () => {
	const sender = await openPage({ width: 1440, height: 900, address: SMALL, before: keepCopies });
	await sender.page.getByRole('button', { name: 'Train', exact: true }).click();
	await sender.page.getByRole('button', { name: 'Train again' }).waitFor({ timeout: 90_000 });
	await sender.page.getByRole('button', { name: 'Share', exact: true }).click();
	await sender.page.getByRole('menuitem', { name: 'Copy link with results' }).click();
	await sender.page.waitForFunction('window.copied');
	const copied = String(await sender.page.evaluate('window.copied'));
	expect(sender.errors).toEqual([]);
	await sender.close();

	// As a chat sends it.
	const address = copied.slice(copied.indexOf('#')).replaceAll('&', '&amp;');
	const { page, errors, close } = await openPage({ width: 1440, height: 900, address });
	await page.locator('.seen-note', { hasText: '0 runs of 4 compared so far' }).waitFor();
	await page.locator('.end-labels', { hasText: 'SVFormer, sender' }).waitFor();
	const dashed = () => page.locator('.loss .recharts-line-curve[stroke-dasharray]').count();
	expect(await dashed()).toBe(2);
	await page.getByRole('button', { name: 'Run it again here' }).click();
	await page.locator('.seen-note', { hasText: 'Held to the last bit: 4 runs' }).waitFor({ timeout: 90_000 });
	expect(await page.locator('.seen-note').textContent()).toMatch(/Sender: .+, build \w{9}.* Here: .+, build \w{9}/);
	expect(await page.getByRole('button', { name: 'Run it again here' }).count()).toBe(0);
	expect(await dashed()).toBe(2);
	expect(errors).toEqual([]);
	await close();
});
