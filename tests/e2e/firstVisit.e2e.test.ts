/** Faults that a new user met and that only a browser's layout, focus and pointer show. With the fake worker of tests/ui. */
import type { Page } from 'playwright-core';
import type { PreviewServer } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { serveFakePage } from '../ui/fakePage';

let server: PreviewServer;
beforeAll(async () => {
	server = await serveFakePage();
});
afterAll(() => server.close());

const open = (hash: string, width = 1440) => openPage({ width, height: 900, address: server.resolvedUrls?.local[0] + hash });
const train = async (page: Page) => {
	await page.getByRole('button', { name: 'Train', exact: true }).click();
	await page.getByRole('button', { name: 'Train again', exact: true }).waitFor();
};

it('never scrolls the document, however much of the form and the panels is open', async () => {
	const { page, errors, close } = await open('#steps=100&warmupSteps=10&v=1');
	await train(page);
	await page.evaluate(() => {
		for (const details of document.querySelectorAll('details')) details.open = true;
	});
	await page.locator('.rail').hover();
	await page.mouse.wheel(0, 9000);
	await page.locator('.main').hover();
	await page.mouse.wheel(0, 9000);
	await page.mouse.wheel(0, 9000);
	const { height, room, scrolled } = await page.evaluate(() => {
		const { scrollHeight, clientHeight, scrollTop } = document.documentElement;
		return { height: scrollHeight, room: clientHeight, scrolled: scrollTop };
	});
	expect([height, scrolled]).toEqual([room, 0]);
	expect(errors).toEqual([]);
	await close();
});

it('gives the focus back to the map when its enlarged view closes, with the cell still locked', async () => {
	const { page, errors, close } = await open('#steps=100&warmupSteps=10&v=1');
	await train(page);
	const map = page.getByRole('application', { name: /^Attention map of / }).first();
	await map.focus();
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Enter');
	await page.locator('dialog[data-modal]').waitFor();
	await page.keyboard.press('Escape');
	await page.locator('dialog').waitFor({ state: 'detached' });
	expect(await map.evaluate((element) => element === document.activeElement)).toBe(true);
	expect(await map.getAttribute('class')).toContain('locked');
	await page.keyboard.press('Escape');
	expect(await map.getAttribute('class'), 'a second Escape unlocks it').not.toContain('locked');
	expect(errors).toEqual([]);
	await close();
});

it.each([1440, 1024])('shows the tip of a tab above the tabs, not over the next one, at %i px', async (width) => {
	const { page, errors, close } = await open('#steps=100&warmupSteps=10&v=1', width);
	await train(page);
	const tabs = page.locator('.quantities label');
	await tabs.first().scrollIntoViewIfNeeded();
	await tabs.first().hover();
	await page.waitForFunction(() => document.querySelector<HTMLElement>('.tip')?.style.top);
	const covered = await page.evaluate(() => {
		const tip = (document.querySelector('.tip') as Element).getBoundingClientRect();
		return [...document.querySelectorAll('.quantities label')].filter((tab) => {
			const { left, right, top, bottom } = tab.getBoundingClientRect();
			return left < tip.right && right > tip.left && top < tip.bottom && bottom > tip.top;
		}).length;
	});
	expect(covered).toBe(0);
	expect(errors).toEqual([]);
	await close();
});
