/**
 * Builds a TypeScript entry to JavaScript for Node with Vite, so that shaders (`?raw`, `import.meta.glob`) and assets load in the terminal
 * exactly as they do in the page. The result is kept under node_modules/.cache and reused until a source file changes. A cached start
 * only reads file times and does not load Vite.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './setup/shell.mjs';

export const cacheFolder = join(root, 'node_modules/.cache/resformer-lab');

const day = 24 * 60 * 60 * 1000;

/** @param {string} path a file or folder, relative to the root @returns {string[]} `path size time` of every file below */
function stamps(path) {
	const full = join(root, path);
	if (!existsSync(full)) return [];
	const stat = statSync(full);
	if (!stat.isDirectory()) return [`${path} ${stat.size} ${stat.mtimeMs}`];
	return readdirSync(full)
		.sort()
		.flatMap((name) => stamps(join(path, name)));
}

/** @param {string[]} paths further files and folders that a build depends on @returns {string} a hash that changes when any source does */
export function sourceKey(paths) {
	const all = ['shaders', 'src', 'public', 'index.html', 'vite.config.ts', 'package-lock.json', 'scripts/build-entry.mjs', ...paths];
	return createHash('sha256').update(all.flatMap(stamps).join('\n')).digest('hex').slice(0, 16);
}

/**
 * Returns the folder `name-key` in the cache, and calls `build` to make it if it does not exist. The folder is built under another name
 * and then renamed, so that other processes never see an incomplete one.
 * @param {string} name
 * @param {string} key
 * @param {(folder: string) => Promise<unknown>} build
 */
export async function cached(name, key, build) {
	const folder = join(cacheFolder, `${name}-${key}`);
	if (existsSync(folder)) {
		const now = new Date();
		utimesSync(folder, now, now);
		return folder;
	}
	mkdirSync(cacheFolder, { recursive: true });
	const aside = join(cacheFolder, `building-${process.pid}-${name}`);
	try {
		await build(aside);
		// Another process may have made the same build in the meantime.
		if (!existsSync(folder)) renameSync(aside, folder);
	} finally {
		rmSync(aside, { recursive: true, force: true });
	}
	// Other processes may still run older builds, so only those unused for a day are removed.
	for (const other of readdirSync(cacheFolder)) {
		const path = join(cacheFolder, other);
		if (Date.now() - statSync(path).mtimeMs > day) rmSync(path, { recursive: true, force: true });
	}
	return folder;
}

/** @param {string} entry TypeScript file, absolute @returns {Promise<{ dawn: string, main: string }>} the JavaScript files */
export async function buildEntry(entry) {
	const path = relative(root, entry);
	const name = path.replace(/\.\w+$/, '').replace(/\W+/g, '-');
	const folder = await cached(name, sourceKey([dirname(path)]), async (outDir) => {
		const { build } = await import('vite');
		await build({
			root,
			configFile: join(root, 'vite.config.ts'),
			logLevel: 'error',
			publicDir: false,
			build: {
				ssr: true,
				outDir,
				sourcemap: true,
				rolldownOptions: {
					input: { dawn: join(root, 'src/cli/dawn.ts'), main: entry },
					output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
				},
			},
		});
	});
	return { dawn: join(folder, 'dawn.mjs'), main: join(folder, 'main.mjs') };
}
