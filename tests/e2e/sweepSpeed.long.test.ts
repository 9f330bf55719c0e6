/** CPU time of the scripts of a redraw of the charts of a sweep of 300 runs, in Chromium. The runs are invented. Prints the figures. */
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import type { PreviewServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChrome } from '../../scripts/setup/chrome.mjs';
import { serveBuiltFake } from '../ui/fakePage';
import { medianAfter, redrawTimes } from './redraw';

/** Script time, ms. */
const LIMIT = 50;
const REDRAWS = 24;
const WARM_UP = 8;

/** 25 points × 4 methods × 3 seeds. */
const ADDRESS = `#methods=vanilla,resformer,svformer,neutreno&seeds=1,2,3&steps=400&warmupSteps=2&validateEvery=0&probeEvery=0&sweep=sequenceLength/${Array.from({ length: 25 }, (_, i) => 8 + 4 * i).join('/')}&v=1`;

let server: PreviewServer;
let browser: Browser;
let page: Page;
beforeAll(async () => {
	server = await serveBuiltFake();
	browser = await chromium.launch({ executablePath: findChrome(), headless: true, args: ['--no-sandbox'] });
	page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
	page.setDefaultTimeout(120_000);
	await page.goto(new URL(ADDRESS, server.resolvedUrls?.local[0]).href);
	await page.getByRole('button', { name: 'Train', exact: true }).click();
	await page.getByText('300 runs, all finished', { exact: true }).waitFor();
});
afterAll(async () => {
	await browser.close();
	await server.close();
});

async function check(chart: string, box: Locator): Promise<void> {
	const times = await redrawTimes(page, box, REDRAWS);
	const median = medianAfter(times, WARM_UP);
	console.log(`${chart}: ${median.toFixed(1)} ms of script (the first ${times[0].toFixed(1)} ms)`);
	expect(median).toBeLessThan(LIMIT);
}

const lines = (chart: string) => page.locator(`${chart} .recharts-line`).count();

describe('a redraw takes less than 50 ms of script', () => {
	it('of the sweep’s chart', async () => {
		await check('sweep chart, 300 runs', page.getByRole('checkbox', { name: 'minus Vanilla’s' }));
		expect(await lines('.sweep-chart')).toBeGreaterThan(2);
	});

	it('of the curves that are shown at first', async () => {
		await page.locator('.loss').getByRole('button', { name: 'Axes' }).click();
		await check('curves at first', page.getByRole('checkbox', { name: 'Log steps' }));
		expect(await lines('.panel.loss')).toBe(12);
	});

	it('of the curves of all runs', async () => {
		await page.getByRole('button', { name: 'Show all curves' }).click();
		await page.locator('.loss').getByRole('button', { name: 'Axes' }).click();
		await check('curves of all 300 runs', page.getByRole('checkbox', { name: 'Log steps' }));
		expect(await lines('.panel.loss')).toBe(100);
	});
});
