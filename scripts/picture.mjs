/**
 * Makes docs/page.png, the picture in the README: the page after a short training in Chromium.
 *   node scripts/picture.mjs
 */
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { buildPage } from './build-page.mjs';
import { findChrome } from './setup/chrome.mjs';

/** Small enough for a software adapter. */
const EXPERIMENT =
	'#sequenceLength=32&layers=2&heads=2&batchSize=8&steps=150&warmupSteps=15&validateEvery=25&validationBatches=2&probeEvery=25&v=1';

const server = await preview({
	configFile: false,
	logLevel: 'error',
	build: { outDir: await buildPage() },
	preview: { host: '127.0.0.1', port: 0, open: false },
});
const address = server.httpServer.address();
if (!address || typeof address === 'string') throw new Error('the page server has no port');
const browser = await chromium.launch({ executablePath: findChrome() ?? undefined, args: ['--no-sandbox', '--enable-unsafe-webgpu'] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(`http://127.0.0.1:${address.port}/${EXPERIMENT}`);
await page
	.getByRole('button', { name: /^train/i })
	.first()
	.click();
await page.getByRole('button', { name: 'Train again' }).first().waitFor({ timeout: 900_000 });
await page.waitForTimeout(500);
await page.screenshot({ path: new URL('../docs/page.png', import.meta.url).pathname });
await browser.close();
await server.close();
