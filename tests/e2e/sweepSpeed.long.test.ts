/** CPU time of the scripts of a redraw of a sweep's chart with 300 runs, in Chromium. The runs are invented. Prints the figures. */
import { chromium } from 'playwright-core';
import type { PreviewServer } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findChrome } from '../../scripts/setup/chrome.mjs';
import { serveBuiltFake } from '../ui/fakePage';
import { medianAfter, redrawTimes } from './redraw';

let server: PreviewServer;
beforeAll(async () => {
	server = await serveBuiltFake();
});
afterAll(() => server.close());

/** Script time, ms. */
const LIMIT = 50;
const REDRAWS = 24;
const WARM_UP = 8;

/** 25 points × 4 methods × 3 seeds. */
const ADDRESS = `#methods=vanilla,resformer,svformer,neutreno&seeds=1,2,3&steps=20&warmupSteps=2&validateEvery=0&probeEvery=0&sweep=sequenceLength/${Array.from({ length: 25 }, (_, i) => 8 + 4 * i).join('/')}&v=1`;

it('is below 50 ms', async () => {
	const browser = await chromium.launch({ executablePath: findChrome(), headless: true, args: ['--no-sandbox'] });
	const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
	page.setDefaultTimeout(120_000);
	await page.goto(new URL(ADDRESS, server.resolvedUrls?.local[0]).href);
	await page.getByRole('button', { name: 'Train', exact: true }).click();
	await page.getByText('300 runs, all finished', { exact: true }).waitFor();
	const times = await redrawTimes(page, page.getByRole('checkbox', { name: 'minus Vanilla’s' }), REDRAWS);
	const median = medianAfter(times, WARM_UP);
	console.log(`sweep chart, 300 runs: ${median.toFixed(1)} ms of script (the first ${times[0].toFixed(1)} ms)`);
	expect(await page.locator('.sweep-chart .recharts-line').count()).toBeGreaterThan(2);
	expect(median).toBeLessThan(LIMIT);
	await browser.close();
});
