/**
 * The README's picture: `npx tsx tests/ui/picture.ts [STEP] [FILE]` builds the page, trains the default experiment for
 * real in Chromium up to STEP (150) and saves what the page shows then (docs/page.png). Minutes without a GPU.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { buildPage } from '../../scripts/build-page.mjs';
import { findChrome } from '../../scripts/setup/chrome.mjs';

const [step = '150', file = 'docs/page.png'] = process.argv.slice(2);
const outDir = await buildPage();
const server = await preview({
	configFile: false,
	logLevel: 'error',
	build: { outDir },
	preview: { host: '127.0.0.1', port: 0, open: false },
});
const executablePath = findChrome();
if (!executablePath) throw new Error('no Chrome or Chromium found: install one, or set CHROME_PATH');
const browser = await chromium.launch({
	executablePath,
	args: ['--no-sandbox', '--enable-unsafe-webgpu', '--disable-background-networking'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
await page.goto(server.resolvedUrls?.local[0] ?? '');
await page.getByRole('button', { name: 'Train' }).click();
await page.waitForFunction(
	(wanted) => Number(/Step ([\d,]+)/.exec(document.querySelector('.step-counter')?.textContent ?? '')?.[1].replace(',', '')) >= wanted,
	Number(step),
	{ timeout: 0, polling: 200 },
);
mkdirSync(dirname(file), { recursive: true });
await page.screenshot({ path: file });
await browser.close();
await server.close();
