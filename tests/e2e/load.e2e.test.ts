/** What a first visit costs before anything can be clicked. */
import { expect, it } from 'vitest';
import { openPage } from '../support/browser';

/** gzip, as a web server sends it. */
const LARGEST_BUNDLE = 350_000;

it('shows its controls from less than 350 kB, and asks for the rest afterwards', async () => {
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
		const named = [
			...document.head.querySelectorAll<HTMLScriptElement | HTMLLinkElement>('script[src], link[rel=stylesheet], link[rel=modulepreload]'),
		];
		const first = named.map((element) => ('src' in element && element.src ? element.src : (element as HTMLLinkElement).href));
		const later = performance.getEntriesByType('resource').map(({ name }) => name);
		return {
			first: await sizes([location.origin, ...new Set(first)]),
			later: later.filter((name) => name.endsWith('.js') && !first.includes(name)),
		};
	});
	expect(first).toBeGreaterThan(50_000);
	expect(first).toBeLessThan(LARGEST_BUNDLE);
	// The worker at the least.
	expect(later.length).toBeGreaterThan(0);
	expect(errors).toEqual([]);
	await close();
});
