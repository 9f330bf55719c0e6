/**
 * `npm start`: installs missing npm packages, builds the page, serves it and opens a browser. It does not use the dev server (`npm run
 * dev`), because React's production build leaves more of the processor to training.
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
	// If the port is taken, the next free one is used.
	preview: { port: 4173, strictPort: false, open: false },
	plugins: [withoutOffline()],
});
const url = server.resolvedUrls?.local[0] ?? `http://localhost:${server.config.preview.port}/`;
console.log(`\n  ResFormer Lab is at ${url}\n\n  It needs WebGPU, which works best in a recent Chrome. Ctrl-C stops it.\n`);
openBrowser(url);
if (process.env.npm_lifecycle_event) endWithParent();

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
	process.on(signal, () => {
		server.close().finally(() => process.exit(0));
		// Open connections of a browser may delay the close.
		setTimeout(() => process.exit(0), 500).unref();
	});
}

/**
 * Serves a service worker that removes itself. The real one would answer from its copy after the next build, and also if another
 * program uses this port later. @returns {import('vite').Plugin}
 */
function withoutOffline() {
	const worker = 'oninstall = () => skipWaiting(); onactivate = () => registration.unregister();';
	return {
		name: 'without-offline',
		configurePreviewServer({ middlewares }) {
			middlewares.use('/sw.js', (_, response) => response.setHeader('content-type', 'text/javascript').end(worker));
		},
	};
}

/** Opens Chrome if it is installed, else the default browser. Does nothing without a display. @param {string} address */
function openBrowser(address) {
	const { platform, env } = process;
	const display = platform === 'darwin' || platform === 'win32' || env.DISPLAY || env.WAYLAND_DISPLAY;
	if (!display || env.CI || env.BROWSER === 'none' || process.argv.includes('--no-open')) return;
	const fallback =
		platform === 'darwin' ? ['open', address] : platform === 'win32' ? ['cmd', '/c', 'start', '', address] : ['xdg-open', address];
	const chrome = findChrome();
	const [command, ...args] = chrome ? [chrome, address] : fallback;
	// The address is already printed, so failing to start a browser is not an error.
	spawn(command, args, { detached: true, stdio: 'ignore' })
		.on('error', () => {})
		.unref();
}
