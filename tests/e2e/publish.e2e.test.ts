/** The built page on a static host below a path: its policy, its requests, and its copy for offline use. */
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildPage } from '../../scripts/build-page.mjs';
import { openPage } from '../support/browser';
import { hostStatically, type StaticHost } from '../support/staticHost';

let host: StaticHost;
beforeEach(async () => {
	host = await hostStatically(await buildPage(), '/a/b/');
});
afterEach(() => host.close());

/** Notes what the page's policy refuses, in `violations`. */
function noteViolations(): void {
	const violations: string[] = [];
	Object.assign(window, { violations });
	document.addEventListener('securitypolicyviolation', (event) => {
		violations.push(`${event.violatedDirective} ${event.blockedURI}`);
	});
}

const open = (address = '') => openPage({ width: 1440, height: 900, address: host.url + address, offline: true, before: noteViolations });

const recordedAnswer = (page: Page) =>
	page
		.locator('.answer .sentence')
		.filter({ hasText: /recorded/i })
		.waitFor();

/** Waits until the service worker has a copy of every file. */
const kept = (page: Page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));

it('works below any path, trains, and asks nothing of another host or against its policy', async () => {
	const { page, errors, close } = await open(
		'#task=copy&methods=vanilla&layers=1&hiddenSize=16&heads=2&sequenceLength=16&batchSize=2&steps=20&validationBatches=1&seeds=1&v=1',
	);
	const foreign: string[] = [];
	page.context().on('request', (request) => {
		if (!request.url().startsWith(host.url) && !request.url().startsWith('blob:')) foreign.push(request.url());
	});
	const policy = await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content');
	expect(policy).toContain("default-src 'none'");
	expect(policy).not.toContain('unsafe');
	expect(await page.locator('script:not([src]), style').count()).toBe(0);
	await page.getByRole('button', { name: 'Train', exact: true }).click();
	await page
		.getByText(/finished/i)
		.first()
		.waitFor();
	await page.getByRole('button', { name: 'Help and keys' }).click();
	await page.getByRole('dialog', { name: 'Help and keys' }).waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('link', { name: 'Questions' }).click();
	await page.getByRole('heading', { level: 1 }).waitFor();
	await kept(page);
	expect(await page.evaluate('violations')).toEqual([]);
	expect(foreign).toEqual([]);
	expect(host.missing).toEqual([]);
	expect(errors).toEqual([]);
	await close();
});

it('opens again without a network, with recorded answers that were never looked at before', async () => {
	const { page, errors, close } = await open();
	await recordedAnswer(page);
	await kept(page);
	await host.close();
	await page.reload();
	await recordedAnswer(page);
	await page.goto(`${host.url}?utm_source=chat#preset=backcopy&v=1`);
	await recordedAnswer(page);
	expect(await page.getByLabel('Task', { exact: true }).inputValue()).toBe('backcopy');
	expect(errors).toEqual([]);
	await close();
});

it('offers a new version, and loads it when the user asks for it', async () => {
	const { page, errors, close } = await open();
	await kept(page);
	await page.reload();
	host.edit('sw.js', (text) => text.replace(/url:"index\.html",revision:"\w+"/, 'url:"index.html",revision:"new"'));
	host.edit('index.html', (text) => text.replace('<title>ResFormer Lab', '<title>New ResFormer Lab'));
	await page.reload();
	expect(await page.title()).toBe('ResFormer Lab');
	await page.getByRole('button', { name: 'Load the new version' }).click();
	await page.waitForFunction(() => document.title === 'New ResFormer Lab');
	expect(errors).toEqual([]);
	await close();
});
