/** The name of a build, and Vite plugins for the built page on a static host: its security policy, and the service worker that keeps it for offline use. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VitePWA } from 'vite-plugin-pwa';
import { root } from './setup/shell.mjs';

/**
 * Everything comes from the page's own host. Pictures may be `blob:` or `data:`, because charts are saved as PNG by way of an image.
 */
const POLICY = [
	"default-src 'none'",
	"script-src 'self'",
	"worker-src 'self'",
	"connect-src 'self'",
	"style-src 'self'",
	"img-src 'self' blob: data:",
	"manifest-src 'self'",
	"base-uri 'none'",
	"form-action 'none'",
].join('; ');

/** Adds the policy to the built page, so that it holds on every host. The dev server needs inline scripts. @returns {import('vite').Plugin} */
export function securityPolicy() {
	return {
		name: 'security-policy',
		apply: 'build',
		transformIndexHtml: () => [
			{ tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
		],
	};
}

/**
 * Writes `sw.js`, which keeps every file of the page, recorded answers included, and answers from them. A new version waits until
 * the user loads it (`src/ui/notices/NewVersion.tsx`, which also registers the worker).
 */
export function offline() {
	return VitePWA({
		registerType: 'prompt',
		injectRegister: false,
		manifest: {
			name: 'ResFormer Lab',
			short_name: 'ResFormer Lab',
			description: 'Train small transformers on your own GPU, and see what value residuals do to attention.',
			display: 'standalone',
			background_color: '#ffffff',
			theme_color: '#ffffff',
			icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml' }],
		},
		workbox: {
			globPatterns: ['**/*.{html,js,css,svg,json,webmanifest}'],
			// The book has 1.2 MB.
			maximumFileSizeToCacheInBytes: 8e6,
			inlineWorkboxRuntime: true,
			sourcemap: false,
		},
	});
}

/** The commit that is built, nine digits, with a plus sign if files were changed. Outside a Git checkout, the version. */
export function buildName() {
	try {
		const git = (/** @type {string[]} */ ...argv) =>
			execFileSync('git', argv, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
		const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
		return `${git('rev-parse', '--short=9', 'HEAD')}${changed ? '+' : ''}`;
	} catch {
		return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
	}
}
