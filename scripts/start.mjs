/**
 * `npm start`: installs the npm packages where they are missing, builds the page, serves it and opens a browser.
 * Built rather than served by the dev server: React's production build leaves the processor to the training. `npm run dev` reloads on changes.
 */
import { spawn } from 'node:child_process';
import { findChrome } from './setup/chrome.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { endWithParent } from './setup/shell.mjs';

ensurePackages();
const { buildPage } = await import('./build-page.mjs');
const { preview } = await import('vite');

console.log('Building the page …');
const server = await preview({
	configFile: false,
	logLevel: 'error',
	build: { outDir: await buildPage() },
	// Taken ports are stepped over.
	preview: { port: 4173, strictPort: false, open: false },
});
const url = server.resolvedUrls?.local[0] ?? `http://localhost:${server.config.preview.port}/`;
console.log(`\n  ResFormer Lab is at ${url}\n\n  It needs WebGPU: best is a recent Chrome. Ctrl-C stops it.\n`);
openBrowser(url);
if (process.env.npm_lifecycle_event) endWithParent();

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
	process.on(signal, () => {
		server.close().finally(() => process.exit(0));
		// A browser's open connections may take their time.
		setTimeout(() => process.exit(0), 500).unref();
	});
}

/** In Chrome where there is one, else in the default browser; nothing where there is no display. @param {string} address */
function openBrowser(address) {
	const { platform, env } = process;
	const display = platform === 'darwin' || platform === 'win32' || env.DISPLAY || env.WAYLAND_DISPLAY;
	if (!display || env.CI || env.BROWSER === 'none' || process.argv.includes('--no-open')) return;
	const fallback =
		platform === 'darwin' ? ['open', address] : platform === 'win32' ? ['cmd', '/c', 'start', '', address] : ['xdg-open', address];
	const chrome = findChrome();
	const [command, ...args] = chrome ? [chrome, address] : fallback;
	// The address is printed already: a browser that doesn't start is no reason to stop.
	spawn(command, args, { detached: true, stdio: 'ignore' })
		.on('error', () => {})
		.unref();
}
