/** A real Chromium in which another program replaces every text of the page, though `translate="no"` asks translators not to. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { lossesByRun, spyOnWorker, waitForEvents } from '../support/spy';
import { button } from '../support/userJourneys';

const ADDRESS =
	'#layers=2&heads=2&hiddenSize=16&intermediateSize=16&batchSize=2&sequenceLength=16&validateEvery=0&validationBatches=1&probeEvery=10&methods=vanilla,svformer&steps=40&v=1';

/** Wraps every text in two elements, as Chrome's translation does. @returns the number of texts */
const replaceTexts = (page: Page): Promise<number> =>
	page.evaluate(() => {
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		const texts: Text[] = [];
		for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node as Text);
		const shown = texts.filter((text) => text.data.trim() && !text.parentElement?.closest('script, style, svg, option, textarea'));
		for (const text of shown) {
			const outer = document.createElement('font');
			const inner = document.createElement('font');
			text.replaceWith(outer);
			outer.append(inner);
			inner.append(text.data);
		}
		return shown.length;
	});

it('a page whose texts were replaced at any moment keeps its runs, and is never blank', async () => {
	const { page, close } = await openPage({ width: 1440, height: 900, address: ADDRESS, before: spyOnWorker });
	const drawn = async () => {
		expect(await page.getByText('The page could not be drawn').count()).toBe(0);
		expect(await page.locator('.runs tbody tr').count()).toBeGreaterThan(0);
		expect(await replaceTexts(page)).toBeGreaterThan(100);
	};
	await button(page, 'Train').waitFor();
	await drawn();
	await button(page, 'Train').click();
	await waitForEvents(page, 'steps', 4);
	await drawn();
	await waitForEvents(page, 'finished', 2);
	await button(page, 'Train again').waitFor();
	await drawn();

	await button(page, 'Train again').click();
	await waitForEvents(page, 'finished', 4);
	await button(page, 'Train again').waitFor();
	await drawn();
	for (const steps of (await lossesByRun(page)).values()) {
		expect(steps).toHaveLength(40);
		for (const losses of steps) expect([losses.length, new Set(losses).size]).toEqual([2, 1]);
	}
	await button(page, 'Reset').click();
	await page.getByText('Your earlier training').waitFor();
	await drawn();
	await close();
});
