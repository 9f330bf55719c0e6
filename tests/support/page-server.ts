/** Vitest's global set-up for page tests: the page is built once for all of them, as users get it, and served. */
import { preview } from 'vite';
import type { TestProject } from 'vitest/node';
import { buildPage } from '../../scripts/build-page.mjs';

declare module 'vitest' {
	export interface ProvidedContext {
		pageUrl: string;
	}
}

export default async function serve(project: TestProject) {
	const outDir = await buildPage();
	const server = await preview({
		configFile: false,
		logLevel: 'error',
		build: { outDir },
		preview: { host: '127.0.0.1', port: 0, strictPort: false, open: false },
	});
	const address = server.httpServer.address();
	if (!address || typeof address === 'string') throw new Error('the page server has no port');
	project.provide('pageUrl', `http://127.0.0.1:${address.port}/`);
	return () => server.close();
}
