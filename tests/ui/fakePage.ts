/** Serves the page with the fake worker in the real one's place, for screenshots and manual tests. */
import { fileURLToPath } from 'node:url';
import { build, createServer, type Plugin, type PreviewServer, preview, type ViteDevServer } from 'vite';
import { cached, sourceKey } from '../../scripts/build-entry.mjs';
import { findPreset } from '../../src/experiment/presets';
import { inventedResults } from './inventedResults';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Serves the player of protocol events in place of the worker's script. */
export function fakeWorker(): Plugin {
	return {
		name: 'fake-worker',
		enforce: 'pre',
		resolveId(id) {
			if (id.split('?')[0].endsWith('session/worker/worker.ts')) return `${root}src/session/worker/worker.ts`;
		},
		load(id) {
			if (id.split('?')[0].endsWith('/src/session/worker/worker.ts')) return `import '/tests/ui/fakeWorker.ts';`;
		},
	};
}

/** Lets tests add styles to the built page. */
function withoutPolicy(): Plugin {
	const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/;
	return { name: 'without-policy', transformIndexHtml: { order: 'post', handler: (html) => html.replace(policy, '') } };
}

/** Serves invented recordings for a few presets; the others have none. */
function fakeRecordings(): Plugin {
	const serve = ({ middlewares }: ViteDevServer | PreviewServer) => {
		middlewares.use('/recorded', (request, response, next) => {
			const preset = RECORDED.includes(request.url ?? '') && findPreset(request.url?.slice(1, -'.json'.length) ?? '');
			if (!preset) return next();
			response.setHeader('content-type', 'application/json');
			response.end(JSON.stringify(inventedResults(preset.experiment)));
		});
	};
	return { name: 'fake-recordings', configureServer: serve, configurePreviewServer: serve };
}
const RECORDED = ['/sink.json', '/default.json', '/backcopy.json'];

/** A dev server of the page with the fake worker. */
export async function serveFake(port = 5199): Promise<ViteDevServer> {
	const server = await createServer({
		root,
		server: { port, strictPort: port !== 0, hmr: false, watch: null },
		cacheDir: `${root}.cache/vite-fake`,
		logLevel: 'warn',
		plugins: [fakeWorker(), fakeRecordings()],
	});
	return server.listen();
}

/** The page with the fake worker at five times its speed, built with React's checks: a page of one file opens faster than one of hundreds. */
export const serveFakePage = (): Promise<PreviewServer> => serveBuilt('development', 5);

/** The page as users get it, but with the fake worker: for tests that measure time, because React is slower with its checks. */
export const serveBuiltFake = (): Promise<PreviewServer> => serveBuilt('production', 1);

async function serveBuilt(react: 'development' | 'production', speed: number): Promise<PreviewServer> {
	const outDir = await cached(`fake-page-${react}`, sourceKey(['tests/ui']), async (folder) => {
		const worker = { format: 'es', plugins: () => [fakeWorker()] } as const;
		// Vitest sets `test`.
		const before = process.env.NODE_ENV;
		process.env.NODE_ENV = react;
		try {
			await build({
				root,
				mode: react,
				logLevel: 'error',
				plugins: [fakeWorker(), withoutPolicy()],
				worker,
				define: { 'import.meta.env.VITE_FAKE_SPEED': String(speed) },
				build: { outDir: folder },
			});
		} finally {
			process.env.NODE_ENV = before;
		}
	});
	return preview({
		configFile: false,
		logLevel: 'error',
		plugins: [fakeRecordings()],
		build: { outDir },
		preview: { host: '127.0.0.1', port: 0, strictPort: false },
	});
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	await serveFake();
	console.log('http://localhost:5199/');
}
