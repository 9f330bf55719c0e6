/** Builds the page for production, in the cache. Builds again only if a source file has changed. */
import { join } from 'node:path';
import { cached, sourceKey } from './build-entry.mjs';
import { buildName } from './publish.mjs';
import { root } from './setup/shell.mjs';

/** @returns {Promise<string>} the folder to serve */
export function buildPage() {
	return cached(`page-${buildName()}`, sourceKey(['scripts/publish.mjs']), async (outDir) => {
		const { build } = await import('vite');
		// Vitest sets `test`, with which the page would get React's development build.
		const before = process.env.NODE_ENV;
		process.env.NODE_ENV = 'production';
		try {
			await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'error', build: { outDir } });
		} finally {
			if (before === undefined) delete process.env.NODE_ENV;
			else process.env.NODE_ENV = before;
		}
	});
}
