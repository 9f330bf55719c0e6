/**
 * Every state of the page, at its three widths, light and dark, with invented numbers (tests/ui/fakeWorker.ts). Checked are
 * facts that a reader would miss: nothing wider than the window, Train in view, no words over others, contrast and the
 * rest of axe's serious rules. Pixels are not compared: fonts differ from machine to machine. To look at the states
 * oneself: `SHOTS=/some/folder npx vitest run --project e2e tests/e2e/states.e2e.test.ts` saves an image of each.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { serveFake } from '../ui/fakePage';
import { seriousFindings } from './axe';
import { layoutFindings } from './layout';

/** The widths of the three layouts; each colour scheme is seen at the widest, and at one of the others. */
const LOOKS = [
	[1440, 900, 'light'],
	[1440, 900, 'dark'],
	[1024, 768, 'light'],
	[390, 844, 'dark'],
] as const;

type State = [name: string, hash: string, reach: (page: Page) => Promise<unknown>];

const train = (page: Page) => page.getByRole('button', { name: 'Train' }).click();
const step = (page: Page, least: number) =>
	page.waitForFunction(
		(wanted) => Number(/Step ([\d,]+)/.exec(document.querySelector('.step-counter')?.textContent ?? '')?.[1].replace(',', '')) >= wanted,
		least,
	);
const notice = (page: Page, text: string) => page.locator('.notice', { hasText: text }).waitFor();
const finished = (page: Page) => page.getByRole('button', { name: 'Train again' }).waitFor();
const open = async (page: Page, selector: string) => {
	await page.locator(selector).first().click();
	await page.locator('dialog[data-modal]').waitFor();
};

const STATES: State[] = [
	['first visit', '', (page) => page.locator('.loss-chart').waitFor()],
	['no WebGPU', '#seeds=404&v=1', (page) => page.getByRole('heading', { name: 'Training needs WebGPU' }).waitFor()],
	[
		'compiling',
		'#seeds=77&v=1',
		(page) => train(page).then(() => page.locator('.progress-words', { hasText: 'kernel 13 of 38' }).waitFor()),
	],
	['training', '#steps=4000&v=1', (page) => train(page).then(() => step(page, 300))],
	[
		'paused',
		'#task=backcopy&layers=2&heads=1&seeds=1,2,3&v=1',
		(page) =>
			train(page)
				.then(() => step(page, 120))
				.then(() => page.getByRole('button', { name: 'Pause' }).click()),
	],
	['one run diverged', '#seeds=666&v=1', (page) => train(page).then(() => notice(page, 'stopped at step 120'))],
	['device resumed', '#seeds=13&v=1', (page) => train(page).then(() => notice(page, 'is back'))],
	['link with bad fields', '#layers=99&colour=blue&heads=zwei&v=1', (page) => notice(page, '3 fields of the link')],
	[
		'12 runs',
		'#methods=vanilla,resformer,svformer,neutreno&seeds=1,2,3&steps=200&warmupSteps=20&v=1',
		(page) => train(page).then(() => finished(page)),
	],
	['1 layer × 1 head', '#layers=1&heads=1&steps=100&warmupSteps=10&v=1', (page) => train(page).then(() => finished(page))],
	['8 × 8', '#layers=8&heads=8&steps=100&warmupSteps=10&probeEvery=100&v=1', (page) => train(page).then(() => finished(page))],
	[
		'an open map',
		'#steps=100&warmupSteps=10&v=1',
		(page) =>
			train(page)
				.then(() => finished(page))
				.then(() => open(page, '.thumb')),
	],
	['help', '', (page) => open(page, 'button[aria-label^=Help]')],
	[
		'check of the GPU',
		'',
		(page) =>
			open(page, '.adapter')
				.then(() => page.getByRole('button', { name: 'Check my GPU' }).click())
				.then(() => page.locator('dialog', { hasText: '1 op of 9 outside of tolerance' }).waitFor()),
	],
];

describe('the page', () => {
	let server: ViteDevServer;
	beforeAll(async () => {
		server = await serveFake(0);
	});
	afterAll(() => server.close());

	it('is measured by checks that see a fault', async () => {
		const { page, close } = await openPage({ width: 1440, height: 900, address: server.resolvedUrls?.local[0] });
		await page.addStyleTag({
			content: `.spring { flex: none; width: 2000px } .transport .loud { width: 20px; min-width: 0; flex: none; overflow: hidden }
				.sentence { margin-top: -1.4em } .title { overflow: hidden; width: 30px } .table-scroll { max-height: 30px }`,
		});
		const findings = await page.evaluate(layoutFindings);
		for (const fault of ['wider than the window', "“Train” don't fit", 'overlap by', '“ResFormer Lab” is cut off', 'no room for a row'])
			expect(findings, fault).toContainEqual(expect.stringContaining(fault));
		await close();
	});

	it.each(STATES)('%s', async (name, hash, reach) => {
		const { page, errors, close } = await openPage({ width: 1440, height: 900, address: server.resolvedUrls?.local[0] + hash });
		// Axe takes seconds: it reads every other state in the dark.
		const axeIn = STATES.findIndex((state) => state[0] === name) % 2 ? 'dark' : 'light';
		await reach(page);
		for (const [width, height, colorScheme] of LOOKS) {
			const where = `${name}, ${width} px, ${colorScheme}`;
			await page.setViewportSize({ width, height });
			await page.emulateMedia({ colorScheme });
			// Sizes are observed, then drawn: two frames later the page is at rest.
			await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
			expect(await page.evaluate(layoutFindings), where).toEqual([]);
			if (width === 1440 && colorScheme === axeIn) expect(await seriousFindings(page), where).toEqual([]);
			if (process.env.SHOTS) {
				mkdirSync(process.env.SHOTS, { recursive: true });
				await page.screenshot({ path: join(process.env.SHOTS, `${name.replaceAll(' ', '-')}-${width}-${colorScheme}.png`) });
			}
		}
		expect(errors).toEqual([]);
		await close();
	});
});
