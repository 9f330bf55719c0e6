/** Bytes that a first visit loads before anything can be clicked. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openPage } from '../support/browser';
import { mainThreadTime, timeSession } from './redraw';

/** Bytes of the page, its scripts and its styles, each as gzip, as a web server sends them. */
const LARGEST_FIRST_LOAD = 180_000;

it('shows its controls from at most 180 kB, and loads the rest afterwards', async () => {
	const { page, errors, close } = await openPage({ width: 1440, height: 900 });
	await page.getByRole('button', { name: 'Train', exact: true }).waitFor();
	const { first, later } = await page.evaluate(async () => {
		const sizes = async (names: string[]) => {
			const compressed = async (name: string) => {
				const body = (await fetch(name)).body as ReadableStream<Uint8Array<ArrayBuffer>>;
				return (await new Response(body.pipeThrough(new CompressionStream('gzip'))).arrayBuffer()).byteLength;
			};
			return (await Promise.all(names.map(compressed))).reduce((sum, size) => sum + size, 0);
		};
		// The page as it was served: what is fetched later adds its own preloads to the document.
		const served = new DOMParser().parseFromString(await (await fetch(location.origin)).text(), 'text/html');
		const named = [...served.querySelectorAll('script[src], link[rel=stylesheet], link[rel=modulepreload]')];
		const first = named.map((element) => new URL(element.getAttribute('src') ?? element.getAttribute('href') ?? '', location.href).href);
		const later = performance.getEntriesByType('resource').map(({ name }) => name);
		return {
			first: await sizes([location.origin, ...new Set(first)]),
			later: later.filter((name) => name.endsWith('.js') && !first.includes(name)),
		};
	});
	expect(first).toBeGreaterThan(50_000);
	expect(first).toBeLessThanOrEqual(LARGEST_FIRST_LOAD);
	// The worker at the least.
	expect(later.length).toBeGreaterThan(0);
	expect(errors).toEqual([]);
	await close();
});

/** Time until the first view can be used, ms, on a machine with nothing else to do. */
const SOON = 2000;

/** How many times longer the page's scripts take than they would alone: the mean time of a short loop over its shortest. */
async function slowdown(page: Page): Promise<number> {
	const times = await page.evaluate(async () => {
		const found: number[] = [];
		for (let i = 0; i < 150; i++) {
			const before = performance.now();
			let x = i;
			for (let k = 0; k < 1_000_000; k++) x = (x * 1_664_525 + k) % 4_294_967_296;
			found.push(performance.now() - before + 0 * x);
			await new Promise((resolve) => setTimeout(resolve));
		}
		return found.slice(10);
	});
	return times.reduce((sum, time) => sum + time, 0) / times.length / Math.min(...times);
}

it('can be used, with the recorded verdict on it, within 2 s', async () => {
	// A page without scripts first: processor time is counted from here on.
	const { page, errors, close } = await openPage({ width: 1440, height: 900, address: 'icon.svg' });
	const session = await timeSession(page);
	const before = await slowdown(page);
	await page.goto(new URL('.', page.url()).href);
	await page.locator('.answer .verdict').waitFor();
	const work = await mainThreadTime(session, 'ScriptDuration', 'RecalcStyleDuration', 'LayoutDuration');
	const factor = Math.max(before, await slowdown(page));
	expect(work).toBeGreaterThan(20);
	expect(work / factor).toBeLessThan(SOON);
	await page.getByRole('checkbox', { name: 'NeuTRENO', exact: true }).check();
	await page.waitForFunction(() => location.hash.includes('neutreno'));
	// Only the page names its icon.
	expect(errors.filter((error) => !error.includes('favicon.ico'))).toEqual([]);
	await close();
});

it('opens the help at the first click, although its script loads later', async () => {
	const { page, errors, close } = await openPage({ width: 1440, height: 900 });
	await page.getByRole('button', { name: 'Help and keys' }).click();
	await page.getByRole('dialog', { name: 'Help and keys' }).waitFor();
	expect(errors).toEqual([]);
	await close();
});
