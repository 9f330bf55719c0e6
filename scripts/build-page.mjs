/** Builds the page for production, in the cache. Builds again only if a source file has changed. */
import { join } from 'node:path';
import { cached, sourceKey } from './build-entry.mjs';
import { root } from './setup/shell.mjs';

/** @returns {Promise<string>} the folder to serve */
export function buildPage() {
	return cached('page', sourceKey([]), async (outDir) => {
		const { build } = await import('vite');
		await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir } });
	});
}
