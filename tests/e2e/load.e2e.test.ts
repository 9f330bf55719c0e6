/** Bytes that a first visit loads before anything can be clicked. */
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

/** Work of the main thread until the first view can be used, ms of processor time: a machine with nothing else to do takes about as long. */
const MOST_WORK = 2000;

it('can be used, with the recorded answer on it, within 2 s', async () => {
	const { page, errors, close } = await openPage({ width: 1440, height: 900 });
	const session = await timeSession(page);
	await page.reload();
	await page.locator('.answer .verdict').waitFor();
	await page.locator('.seed-table').waitFor();
	await page.locator('.map-columns canvas.map').first().waitFor();
	const work = await mainThreadTime(session, 'ScriptDuration', 'RecalcStyleDuration', 'LayoutDuration');
	expect(work).toBeGreaterThan(20);
	expect(work).toBeLessThan(MOST_WORK);
	await page.getByRole('checkbox', { name: 'NeuTRENO', exact: true }).check();
	await page.waitForFunction(() => location.hash.includes('neutreno'));
	expect(errors).toEqual([]);
	await close();
});

it('opens the help at the first click, although its script loads later', async () => {
	const { page, errors, close } = await openPage({ width: 1440, height: 900 });
	await page.getByRole('button', { name: 'Help and keys' }).click();
	await page.getByRole('dialog', { name: 'Help and keys' }).waitFor();
	expect(errors).toEqual([]);
	await close();
});
