/** The page in a real Chromium, for the projects `e2e` and `long`. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, inject } from 'vitest';
import { findChrome } from '../../scripts/setup/chrome.mjs';

/** Without --enable-unsafe-webgpu a machine without a GPU has no adapter; the others keep Chromium from phoning home. */
const flags = [
	'--no-sandbox',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--enable-unsafe-webgpu',
];

export interface PageOptions {
	/** CSS pixels; 1280 × 800 by default. */
	width?: number;
	height?: number;
	/** prefers-color-scheme: dark */
	dark?: boolean;
	/** A phone: fingers in a mouse's place. */
	touch?: boolean;
	/** Appended to the page's address: a hash such as `#task=backcopy&v=1`, or a path. */
	address?: string;
	/** Runs in the page before any of its own scripts, e.g. to take `navigator.gpu` away. */
	before?: () => void;
	/** Lets `before` start workers from blobs, which the page's policy refuses. */
	blobWorkers?: boolean;
	/** Lets the page keep itself for offline use, which copies all its files; false by default. */
	offline?: boolean;
	/** More command-line flags: the page gets a browser process of its own, which a test may also damage. */
	ownBrowser?: readonly string[];
}

export interface OpenPage {
	page: Page;
	/** Console errors, uncaught exceptions and failed requests so far. A test that expects none checks this at its end. */
	errors: string[];
	/** Console warnings so far. */
	warnings: string[];
	close(): Promise<void>;
}

let browser: Promise<Browser> | undefined;

function launch(more: readonly string[] = []): Promise<Browser> {
	const executablePath = findChrome();
	if (!executablePath) throw new Error('no Chrome or Chromium found: install one, or set CHROME_PATH');
	return chromium.launch({ executablePath, headless: true, args: [...flags, ...more] });
}

/** Opens the page in a new context: nothing stored, nothing shared with other pages. */
export async function openPage({
	width = 1280,
	height = 800,
	dark = false,
	touch = false,
	address = '',
	before,
	blobWorkers = false,
	offline = false,
	ownBrowser,
}: PageOptions = {}): Promise<OpenPage> {
	if (!ownBrowser) browser ??= launch();
	const opened = await (ownBrowser ? launch(ownBrowser) : (browser as Promise<Browser>));
	const context = await opened.newContext({
		viewport: { width, height },
		colorScheme: dark ? 'dark' : 'light',
		hasTouch: touch,
		isMobile: touch,
		acceptDownloads: true,
		bypassCSP: blobWorkers,
	});
	if (!offline) await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined }));
	if (before) await context.addInitScript(before);
	const page = await context.newPage();
	const errors: string[] = [];
	const warnings: string[] = [];
	page.on('console', (message) => {
		if (message.type() === 'warning') warnings.push(message.text());
		// A file that isn't found is named only by its location.
		if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
	});
	page.on('pageerror', (error) => errors.push(String(error)));
	page.on('requestfailed', (request) => {
		const reason = request.failure()?.errorText;
		// The page itself aborts requests that it no longer needs, such as a recorded answer after the form has changed.
		if (reason !== 'net::ERR_ABORTED') errors.push(`${request.url()} failed: ${reason}`);
	});
	await page.goto(new URL(address, inject('pageUrl')).href);
	return { page, errors, warnings, close: () => (ownBrowser ? opened.close() : context.close()) };
}

afterAll(async () => {
	await (await browser)?.close();
	browser = undefined;
});
