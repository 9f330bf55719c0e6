/** A static web host that serves the built page below a path, as GitHub Pages serves a project's page. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.json': 'application/json',
	'.svg': 'image/svg+xml',
	'.webmanifest': 'application/manifest+json',
};

export interface StaticHost {
	/** The page's address, with the path and its final slash. */
	url: string;
	/** Paths that were asked for and do not exist. */
	missing: string[];
	/** Changes files that are served from now on. */
	edit(path: string, change: (text: string) => string): void;
	close(): Promise<void>;
}

/** @param path such as `/a/b/`; everything outside it is missing */
export async function hostStatically(folder: string, path: string): Promise<StaticHost> {
	const missing: string[] = [];
	const edits = new Map<string, (text: string) => string>();
	const server = createServer(async (request, response) => {
		const { pathname } = new URL(request.url ?? '/', 'http://localhost');
		try {
			if (!pathname.startsWith(path)) throw new Error('outside');
			const name = normalize(pathname.slice(path.length)) || 'index.html';
			const file = name === '.' ? 'index.html' : name;
			const body = await readFile(join(folder, file));
			const edit = edits.get(file);
			response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'cache-control': 'no-cache' });
			response.end(edit ? edit(body.toString()) : body);
		} catch {
			missing.push(pathname);
			response.writeHead(404).end();
		}
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	const address = server.address();
	if (!address || typeof address === 'string') throw new Error('the static host has no port');
	return {
		url: `http://127.0.0.1:${address.port}${path}`,
		missing,
		edit: (file, change) => edits.set(file, change),
		close: () =>
			new Promise((done) => {
				server.closeAllConnections();
				server.close(() => done());
			}),
	};
}
